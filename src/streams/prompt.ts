import { CommandError } from '../errors.ts';
import { escapeMessage } from './escape.ts';
import type { IOStreams, TerminalInput, Writer } from './iostreams.ts';
import { chooseFromList } from './promptlist.ts';
import type { Choice } from './promptmatch.ts';
import { chooseByNumber } from './promptnumbers.ts';

/** Questions to the person at the terminal, one after another, on stderr; all of them reject at end of file and at Ctrl-C. */
export interface Prompts {
  /** One line of text, `fallback` for an empty one; asked again as long as `check` finds fault (it says which). */
  line(question: string, options?: { readonly fallback?: string; readonly check?: Check }): Promise<string>;
  /** Yes or no; `fallback` is what Enter alone means. */
  confirm(question: string, fallback: boolean): Promise<boolean>;
  /** One of a few words, which their beginnings stand for as well; the first is what Enter alone means. */
  word<W extends string>(question: string, words: readonly W[]): Promise<W>;
  /** One of many: a list that narrows as one types, best match first; undefined for `none`. */
  choose(question: Choice): Promise<string | undefined>;
}

type Check = (text: string) => string | undefined;

/** What questions need. */
export interface PromptOptions {
  readonly io: Pick<IOStreams, 'in' | 'err'>;
  readonly signal: AbortSignal;
  /** What Ctrl-C in raw mode ends the command with; elsewhere it is a signal. */
  readonly interrupted: () => Error;
  /** No list that redraws itself: numbered choices instead (TERM=dumb). */
  readonly plain?: boolean;
}

/** Whether a question may be asked at all: somebody reads stderr and somebody types. */
export function canAsk(io: Pick<IOStreams, 'in' | 'err'>): boolean {
  return io.in.isTTY && io.err.isTTY && io.in.terminal !== undefined;
}

/** Opens the questions of one command; only where `canAsk`. */
export function openPrompts({ io, signal, interrupted, plain = false }: PromptOptions): Prompts {
  const { err } = io;
  const terminal = io.in.terminal as TerminalInput;
  const ask = (text: string) => askLine(terminal, err, escapeMessage(text), signal);
  const prompts: Prompts = {
    async line(question, { fallback, check } = {}) {
      for (;;) {
        const typed = (await ask(fallback ? `${question} [${fallback}]: ` : `${question}: `)).trim();
        const text = typed === '' ? (fallback ?? '') : typed;
        const fault = check?.(text);
        if (fault === undefined) return text;
        await err.write(`${escapeMessage(fault)}\n`);
      }
    },
    confirm: async (question, fallback) =>
      (await prompts.word(question, fallback ? ['yes', 'no'] : ['no', 'yes'])) === 'yes',
    async word(question, words) {
      const [first, ...others] = words;
      for (;;) {
        const typed = (await ask(`${question} [${[first?.toUpperCase(), ...others].join('/')}] `)).trim().toLowerCase();
        const found = typed === '' ? first : words.find((word) => word.startsWith(typed));
        if (found !== undefined) return found;
        await err.write(`please answer ${words.join(' or ')}\n`);
      }
    },
    choose: async (choice) =>
      plain || err.columns === undefined
        ? await chooseByNumber(choice, ask, (line) => void err.write(`${line}\n`))
        : await chooseFromList(choice, { terminal, err, signal, interrupted, ended }),
  };
  return prompts;
}

async function askLine(terminal: TerminalInput, err: Writer, question: string, signal: AbortSignal): Promise<string> {
  await err.write(question);
  let line = '';
  for (;;) {
    const chunk = await terminal.read(signal);
    if (chunk === undefined) {
      await err.write('\n');
      throw ended();
    }
    const end = chunk.search(/[\r\n]/);
    line += end === -1 ? chunk : chunk.slice(0, end);
    if (end === -1) continue;
    terminal.unread(chunk.slice(end).replace(/^(\r\n|\r|\n)/, ''));
    return line;
  }
}

function ended(): CommandError {
  return new CommandError('the input ended before all questions were answered');
}
