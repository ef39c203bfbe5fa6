/** A sink for text: awaiting `write` is the backpressure, `closed` fires when the reader went away (EPIPE). */
export interface Writer {
  write(chunk: string | Uint8Array): void | Promise<void>;
  readonly closed: AbortSignal;
  readonly isTTY: boolean;
  /** Terminal width in cells, undefined where there is no terminal. */
  readonly columns: number | undefined;
}

/** Standard input, read only by those who ask for it. */
export interface Reader {
  readonly isTTY: boolean;
  /** Everything until end of file, as UTF-8. */
  text(): Promise<string>;
}

/** The three streams of a command (kubectl's IOStreams): results on `out`, everything else on `err`. */
export interface IOStreams {
  readonly in: Reader;
  readonly out: Writer;
  readonly err: Writer;
}
