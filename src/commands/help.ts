import { Command, Option } from 'commander';
import type { FlagSpec } from '../flags/flag.ts';
import type { Writer } from '../streams/iostreams.ts';
import { globalFlags } from './globalflags.ts';
import { verbs } from './registry.ts';
import type { Verb } from './verb.ts';

/** Prints the help of a verb (`parent` is the verb it stands below), of the whole program, or the list of global options; commander renders it from the flag data. */
export async function printHelp(subject: Verb | 'options' | undefined, out: Writer, parent = ''): Promise<void> {
  await out.write(
    subject === 'options'
      ? optionsHelp()
      : subject === undefined
        ? await programHelp()
        : verbHelp(subject, parent ? `kubectl mc ${parent}` : 'kubectl mc'),
  );
}

async function programHelp(): Promise<string> {
  const program = new Command('kubectl mc');
  program.description('One kubectl command on every cluster of a fleet.').usage('VERB [flags]').helpOption(false);
  for (const [name, load] of Object.entries(verbs)) {
    const verb = await load();
    const command = program.command(name).description(verb.short).helpOption(false);
    command.usage('');
  }
  program.helpCommand('help [VERB]', 'Show help for a command');
  return `${program.helpInformation()}\nUse "kubectl mc VERB --help" for a command and "kubectl mc help options" for the flags that all commands take.\n`;
}

function verbHelp(verb: Verb, parent: string): string {
  const command = withFlags(new Command(`${parent} ${verb.name}`), verb.flags).usage(
    verb.use.slice(verb.name.length + 1),
  );
  const below = Object.values(verb.verbs ?? {});
  for (const one of below) command.command(one.name).description(one.short).helpOption(false).usage('');
  if (below.length > 0) command.helpCommand(false);
  const example = verb.example ? `Examples:\n${verb.example.replace(/^(?=.)/gm, '  ')}\n\n` : '';
  return `${verb.long}\n\n${example}${command.helpInformation()}\nUse "kubectl mc help options" for the flags that all commands take.\n`;
}

function optionsHelp(): string {
  const command = withFlags(new Command('kubectl mc'), globalFlags).usage('VERB [flags]');
  return command.helpInformation();
}

function withFlags(command: Command, flags: readonly FlagSpec[]): Command {
  command.helpOption(false);
  for (const flag of flags) {
    if (flag.hidden || flag.kind === 'refused' || flag.kind === 'unsupported') continue;
    const value =
      flag.kind === 'bool'
        ? ''
        : flag.kind === 'verbosity' || flag.kind === 'optional'
          ? ` [${flag.value}]`
          : ` <${flag.value ?? flag.name}>`;
    const option = new Option(`${flag.short ? `-${flag.short}, ` : ''}--${flag.name}${value}`, flag.help);
    command.addOption(option);
  }
  return command;
}
