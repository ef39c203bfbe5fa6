import { ClusterFailure, CommandError, ExitCode, UsageError } from '../errors.ts';
import { parseCommandLine } from '../flags/commandline.ts';
import type { FlagSpec } from '../flags/flag.ts';
import { refusedFlags } from '../flags/refused.ts';
import { didYouMean } from '../flags/suggest.ts';
import { escapeMessage } from '../streams/escape.ts';
import { globalFlags } from './globalflags.ts';
import { aliases, laterVerbs, verbs } from './registry.ts';
import { Ending, type GlobalFlags, type Invocation, type Verb } from './verb.ts';

/** What a command is started with besides its arguments. */
export type Surroundings = Omit<Invocation, 'global' | 'flags' | 'positionals' | 'rest'>;

const allGlobal: readonly FlagSpec[] = [...globalFlags, ...refusedFlags];

/** Runs a command line; it never throws: every error becomes its one line on stderr and an exit code. */
export async function execute(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    return await dispatch(argv, around);
  } catch (error) {
    if (error instanceof Ending) return error.exitCode;
    if (around.signal.reason instanceof Ending) return around.signal.reason.exitCode;
    return await tell(
      error,
      argv.some((word) => /^--debug(?:=(?:true|1|t|T|TRUE|True))?$/.test(word)),
      around,
    );
  }
}

async function dispatch(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const first = parseCommandLine(argv, { global: allGlobal, verbs: () => undefined });
  const word = first.verb;
  if (word === undefined) {
    const global = first.global as unknown as GlobalFlags;
    if (global.values.refresh && !global.values.help) {
      const { clustersList } = await import('./clusters/list.ts');
      return clustersList.run({
        ...around,
        global,
        flags: emptyFlags(clustersList),
        positionals: [],
        rest: first.rest,
      });
    }
    const { printHelp } = await import('./help.ts');
    await printHelp(undefined, around.io.out);
    return ExitCode.ok;
  }
  if (word === 'help')
    return await help(
      first.raw.filter((one) => !one.startsWith('-')),
      around,
    );
  const verb = await loadVerb(word);
  const line = parseCommandLine(argv, { global: allGlobal, verbs: (name) => specsOf(verb, word, name) });
  const below = line.verb?.slice(word.length + 1);
  const chosen = below ? verb.verbs![below]! : verb;
  const global = line.global as unknown as GlobalFlags;
  if (global.values.help) return await help([word, ...(below ? [below] : [])], around);
  return await chosen.run({ ...around, global, flags: line.flags, positionals: line.positionals, rest: line.rest });
}

async function loadVerb(word: string): Promise<Verb> {
  const name = aliases[word] ?? word;
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (load) return await load();
  if (laterVerbs.has(word)) throw new UsageError(`"${word}" is not supported yet`);
  throw new CommandError(`unknown command "${word}" for "kubectl mc"`, {
    exitCode: ExitCode.usage,
    more: [
      ...didYouMean(word, [...Object.keys(verbs), ...Object.keys(aliases)]),
      'Run "kubectl mc help" for the commands there are.',
    ],
  });
}

function specsOf(verb: Verb, word: string, name: string): readonly FlagSpec[] | undefined {
  if (name === word) return verb.flags;
  const below = name.startsWith(`${word} `) ? verb.verbs?.[name.slice(word.length + 1)] : undefined;
  return below?.flags;
}

function emptyFlags(verb: Verb): Invocation['flags'] {
  return parseCommandLine(['x'], { global: [], verbs: () => verb.flags }).flags;
}

async function help(words: readonly string[], { io }: Surroundings): Promise<ExitCode> {
  const { printHelp } = await import('./help.ts');
  const [word, below] = words;
  if (word === undefined) await printHelp(undefined, io.out);
  else if (word === 'options') await printHelp('options', io.out);
  else if (word === 'access') await io.out.write((await import('./helptopics.ts')).helpTopics['access'] ?? '');
  else {
    const verb = await loadVerb(word);
    const under = below === undefined ? undefined : verb.verbs?.[below];
    await printHelp(under ?? verb, io.out, under ? verb.name : '');
  }
  return ExitCode.ok;
}

async function tell(error: unknown, debug: boolean, { io }: Surroundings): Promise<ExitCode> {
  const code = error instanceof CommandError ? error.exitCode : ExitCode.failure;
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof CommandError || error instanceof ClusterFailure;
  const more =
    error instanceof CommandError
      ? error.more
      : error instanceof ClusterFailure && error.error.hint
        ? [error.error.hint]
        : [];
  const whole = error instanceof CommandError ? error.line : undefined;
  const lines = [whole ?? `error: ${known ? '' : 'internal error: '}${message}`, ...more];
  if (!known && !debug) lines.push('This is a bug of kubectl mc; --debug shows where it happened.');
  if (debug && error instanceof Error && error.stack) lines.push(error.stack);
  await io.err.write(`${lines.map((line) => escapeMessage(line)).join('\n')}\n`);
  return code;
}
