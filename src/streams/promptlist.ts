import { escapeCell } from './escape.ts';
import type { TerminalInput, Writer } from './iostreams.ts';
import { firstKey, type Key } from './promptkeys.ts';
import { type Choice, matching } from './promptmatch.ts';
import { truncate } from './width.ts';

/** How many choices are shown at once. */
const SHOWN = 8;

/** What a list that redraws itself needs. */
interface ListOptions {
  readonly terminal: TerminalInput;
  readonly err: Writer;
  readonly signal: AbortSignal;
  readonly interrupted: () => Error;
  readonly ended: () => Error;
}

/** Lets somebody choose with the arrow keys from a list that narrows as they type; undefined for `none`. */
export async function chooseFromList(choice: Choice, options: ListOptions): Promise<string | undefined> {
  const { terminal, err, signal } = options;
  const state = { typed: '', at: 0, drawn: 0 };
  const draw = async (lines: readonly string[]) => {
    const up = state.drawn > 0 ? `\x1b[${state.drawn}A` : '';
    state.drawn = lines.length;
    const width = Math.max((err.columns ?? 80) - 1, 20);
    await err.write(`${up}\r\x1b[J${lines.map((line) => `${truncate(escapeCell(line), width)}\n`).join('')}`);
  };
  terminal.raw(true);
  try {
    for (;;) {
      const rows = rowsOf(choice, state.typed);
      state.at = Math.max(0, Math.min(state.at, rows.length - 1));
      await draw(linesOf(choice, state.typed, rows, state.at));
      const typed = await terminal.read(signal);
      const found = typed === undefined ? undefined : firstKey(typed);
      if (found === undefined) throw options.ended();
      terminal.unread(found.rest);
      const { key } = found;
      if (key.kind === 'interrupt') throw options.interrupted();
      if (key.kind === 'end' && state.typed === '') throw options.ended();
      const row = rows[state.at];
      if (key.kind === 'enter' && row !== undefined) {
        await draw([`${choice.question}: ${row.label}`]);
        return row.value;
      }
      edit(state, key);
    }
  } finally {
    terminal.raw(false);
  }
}

interface Row {
  readonly label: string;
  readonly value: string | undefined;
}

function rowsOf({ choices, none }: Choice, typed: string): readonly Row[] {
  const rows: readonly Row[] = matching(typed, choices).map((value) => ({ label: value, value }));
  return none === undefined ? rows : [...rows, { label: none, value: undefined }];
}

function linesOf({ question, none }: Choice, typed: string, rows: readonly Row[], at: number): readonly string[] {
  const first = Math.max(0, Math.min(at - SHOWN + 2, rows.length - SHOWN));
  const seen = rows.slice(first, first + SHOWN);
  const more = rows.length - first - seen.length;
  const nothing = rows.length === (none === undefined ? 0 : 1);
  return [
    `${question} (type to search, arrows, Enter)`,
    `  search: ${typed}`,
    ...(nothing ? ['  no match'] : []),
    ...seen.map(({ label }, index) => `${first + index === at ? '>' : ' '} ${label}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function edit(state: { typed: string; at: number }, key: Key): void {
  if (key.kind === 'up') state.at -= 1;
  else if (key.kind === 'down') state.at += 1;
  else if (key.kind === 'text' || key.kind === 'backspace' || key.kind === 'clear') {
    state.at = 0;
    state.typed = key.kind === 'text' ? state.typed + key.text : key.kind === 'clear' ? '' : dropLast(state.typed);
  }
}

const dropLast = (text: string) => [...text].slice(0, -1).join('');
