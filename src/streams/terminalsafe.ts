import { escapeJSONText, escapeMessage } from './escape.ts';
import type { Writer } from './iostreams.ts';

/**
 * A Writer for documents that hold other people's text: unchanged where they go to a file or a pipe; on a terminal JSON stays the
 * same value in escapes, and other formats show what would otherwise act.
 */
export function terminalSafe(out: Writer, form: 'json' | 'text'): Writer {
  if (!out.isTTY) return out;
  const escaped = form === 'json' ? escapeJSONText : escapeMessage;
  return {
    closed: out.closed,
    isTTY: out.isTTY,
    get columns() {
      return out.columns;
    },
    write: (chunk) => out.write(escaped(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))),
  };
}
