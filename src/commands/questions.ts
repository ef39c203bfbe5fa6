import { ExitCode } from '../errors.ts';
import { canAsk, openPrompts, type Prompts } from '../streams/prompt.ts';
import { Ending, type Invocation } from './verb.ts';

/** The questions of a command, undefined where nobody is there to answer them. */
export function openQuestions({ io, signal, host }: Pick<Invocation, 'io' | 'signal' | 'host'>): Prompts | undefined {
  if (!canAsk(io)) return undefined;
  return openPrompts({
    io,
    signal,
    // As the signal that Ctrl-C is elsewhere.
    interrupted: () => new Ending('interrupted at a question', ExitCode.interrupt),
    plain: host.env['TERM'] === 'dumb',
  });
}
