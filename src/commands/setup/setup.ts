import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { HelperRefused } from '../../kubeconfig/platforms/command.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { childRunner } from '../../system/childprocess.ts';
import { tempDirPattern } from '../../system/tempdir.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { openQuestions } from '../questions.ts';
import type { Invocation, Verb } from '../verb.ts';
import { askClouds, TMP_PREFIX, unavailable } from './clouds.ts';
import { writeFound } from './commit.ts';
import { tmpFile } from './fetch.ts';
import { askHosts } from './hosts.ts';
import { askContexts, forgetAnswers } from './manual.ts';
import { commandFor, planSetup, type SetupPlan } from './plan.ts';
import type { SetupSession } from './session.ts';
import { shellCommand } from './shellquote.ts';
import { testAll } from './summary.ts';

const flags = [
  {
    name: 'provider',
    nonEmpty: true,
    kind: 'string',
    choices: ['aws', 'gcp', 'azure', 'ali'],
    value: 'CLOUD',
    help: 'Only clusters of this cloud: aws, gcp, azure or ali',
  },
  { name: 'dry-run', kind: 'bool', help: 'Print the commands that would run, and do nothing' },
  { name: 'yes', short: 'y', kind: 'bool', help: 'Run the commands without asking' },
  { name: 'non-interactive', kind: 'bool', help: 'Ask nothing at all: what needs an answer is left out' },
  { name: 'overwrite', kind: 'bool', help: 'Replace contexts of the same name' },
  { name: 'ascii', kind: 'bool', help: 'Draw the summary in ASCII' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc setup`: a way into every cluster of the hub, with the clouds' own tools and the person's help. */
export const setup: Verb = {
  name: 'setup',
  use: 'setup [flags]',
  short: 'Find a way into every cluster of the hub',
  long: `Finds the clusters that no kubeconfig context is mapped to, fetches credentials for them with the tools of their
clouds (aws, gcloud, az, aliyun), asks for the rest, writes kubeconfig and mapping file, and tests every cluster.
Files are written once, at the end: ended before that, everything stays as it was, and the next setup goes on.`,
  example:
    '# Ask for everything\nkubectl mc setup\n\n# Only show what would be run for the clusters on AWS\nkubectl mc setup --provider aws --dry-run',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [extra] = [...invocation.positionals, ...invocation.rest];
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; choose clusters with --clusters`);
    const questions = values['non-interactive'] || values['dry-run'] ? undefined : openQuestions(invocation);
    if (!questions && !values['non-interactive'] && !values['dry-run'] && !values.yes)
      throw new UsageError(
        'setup asks questions and this is no terminal: add --non-interactive, or look with --dry-run',
      );
    // Whoever asked for no questions is asked none, about addresses either; `trust` is the place for those.
    const trust = values['dry-run'] || values['non-interactive'] ? 'leave' : 'ask';
    const prepared = await prepare(invocation, 'setup', { trust });
    const session = sessionOf(invocation, prepared, questions, {
      provider: values.provider,
      yes: values.yes,
      overwrite: values.overwrite,
    });
    try {
      const plan = planSetup(prepared.targets, values.provider);
      if (values['dry-run']) return await showCommands(plan, session);
      const found = await findWays(plan, session).catch((error: unknown) => {
        session.say('setup has not ended: nothing was written');
        throw error;
      });
      await writeFound(found.ways, found.hosts, session);
      await forgetAnswers(session);
      return await testAll(invocation, found.ways, values.ascii);
    } finally {
      await prepared.close();
    }
  },
};

/** Everything that takes a person or a program; nothing is written yet. */
async function findWays(plan: SetupPlan, session: SetupSession) {
  const { clock, host, kill, signal } = session.invocation;
  const run = childRunner({ clock, platform: host.platform, kill });
  const { found, left } = await askClouds(plan.missing, session, { host, run, signal });
  const hosts = await askHosts(plan.others, session);
  const mapped = await askContexts(left, found, session);
  return { ways: [...found, ...mapped], hosts };
}

function sessionOf(
  invocation: Invocation,
  prepared: Prepared,
  questions: SetupSession['questions'],
  options: SetupSession['options'],
): SetupSession {
  const profile = prepared.config.access.recipes.eks?.profile;
  return {
    ...{ invocation, prepared, questions, options },
    settings: { platform: invocation.host.platform, ...(profile && { profile }) },
    say: (line) => void invocation.io.err.write(`${escapeMessage(line)}\n`),
  };
}

/** One command a line on stdout, as a shell reads it; why there is none for the others on stderr. */
async function showCommands({ missing }: SetupPlan, session: SetupSession): Promise<ExitCode> {
  const dir = tempDirPattern(TMP_PREFIX);
  for (const [index, one] of missing.entries()) {
    try {
      const { argv, env } = commandFor(one, { ...session.settings, tmp: tmpFile(dir, index) });
      await session.invocation.io.out.write(escapeMessage(`${shellCommand(argv, env)}\n`));
    } catch (error) {
      if (!(error instanceof HelperRefused)) throw error;
      const metadata = error.error.reason === 'E-HELPER-METADATA';
      session.say(metadata ? unavailable(one) : `Warning: ${one.target.cluster.name}: ${error.message}`);
    }
  }
  return ExitCode.ok;
}
