import { escapeCell } from './escape.ts';
import type { Writer } from './iostreams.ts';
import { truncate } from './width.ts';

/** A line on the terminal that says what is going on, gone before results are printed. */
export interface Progress {
  /** Shows the line once the delay has passed. */
  start(): void;
  /** Takes the line away, gives the cursor back; must be called before anything else is printed. May be started again. */
  stop(): void;
  /** Hides the line while `work` (a question, a login) uses the terminal. */
  pauseWhile<T>(work: Promise<T>): Promise<T>;
}

/** Where and when; `text` is asked for every frame and may hold anything (it is escaped and cut to one line). */
export interface ProgressOptions {
  readonly err: Writer;
  /** The timer of a Clock. */
  readonly clock: { after(ms: number, fn: () => void, options?: { readonly unref?: boolean }): () => void };
  readonly enabled: boolean;
  readonly delayMs: number;
  readonly text: () => string;
}

/** Opens a progress line on a terminal; without one, or when not enabled, nothing is ever written and nothing loaded. */
export function openProgress(options: ProgressOptions): Progress {
  const { err, clock, delayMs } = options;
  if (!options.enabled || !err.isTTY)
    return { start: () => undefined, stop: () => undefined, pauseWhile: (work) => work };

  const state: {
    cancel?: (() => void) | undefined;
    spinner?: Spinner;
    loading?: Promise<Spinner>;
    wanted: boolean;
    paused: number;
  } = {
    wanted: false,
    paused: 0,
  };
  const visible = () => state.wanted && state.paused === 0 && !err.closed.aborted;
  const load = async () => {
    state.loading ??= loadSpinner(options);
    state.spinner = await state.loading;
    // Meanwhile it may all be over: loading takes longer than many a command.
    if (visible()) state.spinner.start();
  };
  const hide = () => {
    // Stopping what does not spin would still write to the terminal.
    if (state.spinner?.isSpinning) state.spinner.stop();
  };
  // A progress line is never worth an error.
  const show = () => void load().catch(() => undefined);
  return {
    start() {
      if (state.wanted) return;
      state.wanted = true;
      state.cancel = clock.after(
        delayMs,
        () => {
          state.cancel = undefined;
          show();
        },
        { unref: true },
      );
    },
    stop() {
      state.wanted = false;
      state.cancel?.();
      state.cancel = undefined;
      hide();
    },
    async pauseWhile(work) {
      state.paused += 1;
      hide();
      try {
        return await work;
      } finally {
        state.paused -= 1;
        if (state.cancel === undefined && visible()) show();
      }
    },
  };
}

interface Spinner {
  readonly isSpinning: boolean;
  start(): unknown;
  stop(): unknown;
}

async function loadSpinner({ err, text }: ProgressOptions): Promise<Spinner> {
  const { default: ora } = await import('ora');
  const spinner = ora({
    stream: terminalStream(err),
    isEnabled: true,
    // The terminal is shared with questions and with kubectl's plugins.
    discardStdin: false,
    color: false,
    // Asked before each frame is put together: the one place from which the text can follow what happens.
    prefixText: () => {
      spinner.text = truncate(escapeCell(text()), Math.max((err.columns ?? 80) - 4, 10));
      return '';
    },
  });
  return spinner;
}

/** The part of a terminal stream that ora uses, over a Writer. */
function terminalStream(err: Writer): NodeJS.WriteStream {
  const write = (chunk: string) => {
    void err.write(chunk);
    return true;
  };
  const stream = {
    isTTY: true,
    get columns() {
      return err.columns ?? 80;
    },
    write,
    cursorTo: (column: number) => stream.write(`\x1b[${column + 1}G`),
    moveCursor: (_: number, rows: number) => stream.write(rows < 0 ? `\x1b[${-rows}A` : ''),
    // ora clears to the right of the cursor only.
    clearLine: () => stream.write('\x1b[0K'),
    once: () => stream,
    removeListener: () => stream,
  };
  return stream as unknown as NodeJS.WriteStream;
}
