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
  /** Somebody has asked for its text: it is not there for questions any more. */
  readonly taken?: boolean;
  /** Everything until end of file, as UTF-8. */
  text(): Promise<string>;
  /** What is typed, where stdin is a terminal. */
  readonly terminal?: TerminalInput;
}

/** The keyboard, read piece by piece; nothing is read while nobody waits. */
export interface TerminalInput {
  /** The next line, or in raw mode the next keys; undefined at end of file, the signal's reason when aborted. */
  read(signal: AbortSignal): Promise<string | undefined>;
  /** Gives back what was read too far. */
  unread(text: string): void;
  /** Raw: every key at once and without echo, Ctrl-C as a key. */
  raw(on: boolean): void;
}

/** The three streams of a command (kubectl's IOStreams): results on `out`, everything else on `err`. */
export interface IOStreams {
  readonly in: Reader;
  readonly out: Writer;
  readonly err: Writer;
}
