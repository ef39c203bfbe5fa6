import type { ClientObserver } from '../client/restclient.ts';
import { escapeMessage } from '../streams/escape.ts';
import type { Clock } from '../system/clock.ts';

const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;
/** The levels of --log-level, from least to most. */
export type LogLevel = (typeof LEVELS)[number];

/** What a command tells about itself; never on stdout, never with a secret in it. */
export interface Log {
  line(level: LogLevel, text: string): void;
  readonly observer: ClientObserver;
}

/** Where and how much to log: `verbosity` is kubectl's -v (6 requests, 7 request headers, 8 answers cut, 9 answers whole). */
export interface LogOptions {
  readonly level: LogLevel | undefined;
  readonly verbosity: number;
  /** Takes one line, for stderr or the file of --log-file. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly onWarning: (cluster: string, text: string) => void;
}

/** Opens the log of one command. */
export function openLog({ level, verbosity, write: sink, clock, onWarning }: LogOptions): Log {
  const rank = Math.max(level === undefined ? 0 : LEVELS.indexOf(level), verbosity >= 7 ? 4 : verbosity >= 6 ? 3 : 0);
  const write = (name: LogLevel, text: string) => {
    const at = new Date(clock.now()).toISOString();
    sink(escapeMessage(`${at} ${name} ${text}`));
  };
  const log: Log = {
    line(name, text) {
      if (LEVELS.indexOf(name) <= rank) write(name, text);
    },
    observer: {
      warning: onWarning,
      ...(rank >= 3
        ? {
            exchange(info) {
              const answer = info.error ?? `${info.status ?? 'no status'}`;
              write('debug', `${info.method} ${info.url} ${answer} in ${Math.round(info.ms)} milliseconds`);
              if (rank >= 4) writeHeaders(write, 'request header', info.headers);
              if (verbosity >= 8 || level === 'trace') writeHeaders(write, 'response header', info.responseHeaders);
              if (verbosity >= 8 && info.body)
                write('trace', `response body: ${bodyText(info.url, info.body, verbosity)}`);
            },
          }
        : {}),
    },
  };
  return log;
}

function writeHeaders(
  write: (name: LogLevel, text: string) => void,
  what: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | undefined,
): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined)
      write('trace', `${what}: ${name}: ${typeof value === 'string' ? value : value.join(', ')}`);
  }
}

/** Bodies of types that hold secrets stay out of every log. */
function bodyText(url: string, body: Buffer, verbosity: number): string {
  if (/\/(secrets|serviceaccounts\/[^/]+\/token|tokenreviews)(\/|\?|$)/.test(url))
    return `<masked, ${body.length} bytes>`;
  const text = body.toString('utf8');
  return verbosity >= 9 || text.length <= 1024
    ? text
    : `${text.slice(0, 1024)} [truncated ${text.length - 1024} chars]`;
}
