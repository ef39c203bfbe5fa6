import type { ClientObserver } from '../client/restclient.ts';
import { escapeMessage } from '../streams/escape.ts';
import { openProgress, type Progress } from '../streams/progress.ts';
import { openLogFile } from '../system/logfile.ts';
import { expandPath } from '../system/paths.ts';
import { type LogLevel, openLog } from './log.ts';
import type { Invocation } from './verb.ts';
import { openWarnings } from './warnings.ts';

/** Everything a command says on stderr besides its report: notes, server warnings, progress and the log. */
export interface Diagnostics {
  /** One line, escaped here. */
  note(text: string): void;
  log(level: LogLevel, text: string): void;
  /** Prints the `Warning:` headers of the servers, once each. */
  serverWarnings(): void;
  /** Shows `text` while `work` takes longer than half a second on a terminal. */
  progressWhile<R>(text: string | (() => string), work: Promise<R>): Promise<R>;
  /** Progress that the caller starts and stops. */
  progress(text: () => string): Progress;
  /** Hides all progress while `work` has the terminal. */
  pauseWhile<R>(work: () => Promise<R>): Promise<R>;
  readonly observer: ClientObserver;
  /** Resolves when the log is written. */
  close(): Promise<void>;
  /** True with a bare -v or any level of it: failures are told one by one. */
  readonly details: boolean;
}

/** Opens the diagnostics of a command; a log file that cannot be written is the command's own error. */
export async function openDiagnostics({ io, clock, global, host }: Invocation): Promise<Diagnostics> {
  const { values } = global;
  const warnings = openWarnings();
  const verbosity = typeof values.v === 'number' ? values.v : 0;
  const path = expandPath(values['log-file'] ?? '', { home: host.home, env: host.env, base: host.cwd });
  const file = path ? await openLogFile(path) : undefined;
  const log = openLog({
    level: values['log-level'] ?? (values.debug ? 'debug' : undefined),
    verbosity,
    write: file ? (line) => file.write(line) : (line) => void io.err.write(`${line}\n`),
    clock,
    onWarning: warnings.add,
  });
  const active = new Set<Progress>();
  const progress = (text: () => string): Progress => {
    const line = openProgress({ err: io.err, clock, enabled: io.err.isTTY, delayMs: 500, text });
    return {
      ...line,
      start() {
        active.add(line);
        line.start();
      },
      stop() {
        active.delete(line);
        line.stop();
      },
    };
  };
  return {
    // One note is one line: a message of somebody else must not write a second one in our name.
    note: (text) => void io.err.write(`${escapeMessage(text.trimEnd().replaceAll(/\s*[\r\n]+\s*/g, ' '))}\n`),
    log: log.line,
    observer: log.observer,
    details: values.v === 'details' || verbosity > 0,
    progress,
    pauseWhile(work) {
      // Begun a moment later: what is drawn goes away first.
      const begun = Promise.resolve().then(work);
      return [...active].reduce((inner, line) => line.pauseWhile(inner), begun);
    },
    close: async () => await file?.close(),
    serverWarnings() {
      for (const line of warnings.lines()) void io.err.write(`${escapeMessage(line)}\n`);
    },
    async progressWhile(text, work) {
      const shown = progress(typeof text === 'string' ? () => text : text);
      shown.start();
      try {
        return await work;
      } finally {
        await shown.stop();
      }
    },
  };
}
