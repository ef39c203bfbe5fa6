import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/** An append-only log file. `write` never fails and never waits: a full disk must not end a command. */
export interface LogFile {
  /** Adds one line; the newline is added here. */
  write(line: string): void;
  /** Resolves when everything is written; later lines are dropped. */
  close(): Promise<void>;
}

/** Opens (and creates, 0600) the file of --log-file; UsageError where it cannot be opened. */
export async function openLogFile(path: string): Promise<LogFile> {
  const file = await open(path, 'a', 0o600).catch((error: NodeJS.ErrnoException): never => {
    throw new UsageError(`cannot write the log file ${path}: ${error.code ?? error.message}`, { cause: error });
  });
  return appendTo(file);
}

function appendTo(file: FileHandle): LogFile {
  let waiting: string[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  // One write at a time, with all lines that came meanwhile: order is kept and system calls are few.
  const flush = async () => {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      await file.appendFile(`${lines.join('\n')}\n`).catch(() => undefined);
    }
    running = undefined;
  };
  return {
    write(line) {
      if (closed) return;
      waiting.push(line);
      running ??= flush();
    },
    async close() {
      if (closed) return;
      closed = true;
      while (running) await running;
      await file.close().catch(() => undefined);
    },
  };
}
