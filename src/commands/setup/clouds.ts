import { addressText, parseAddress } from '../../access/address.ts';
import type { HelperCommand } from '../../kubeconfig/platforms/command.ts';
import { HelperRefused } from '../../kubeconfig/platforms/command.ts';
import { type Platform, platforms } from '../../kubeconfig/platforms/registry.ts';
import type { FetchedContext } from '../../kubeconfig/platforms/result.ts';
import { withTempDir } from '../../system/tempdir.ts';
import { type Fetched, type FetchHost, fetchContext, findTool, tmpFile } from './fetch.ts';
import { commandFor, expectedContext, type Missing, withName } from './plan.ts';
import type { Found, SetupSession } from './session.ts';
import { shellCommand } from './shellquote.ts';

/** What the clouds' tools brought; the rest is for somebody to map by hand. */
export interface CloudResult {
  readonly found: readonly Found[];
  readonly left: readonly Missing[];
}

/** At most so many tools at once: each is an interpreter of its own. */
const LANES = 4;

/** The prefix of the folder that the tools write to. */
export const TMP_PREFIX = 'kubectl-mc-setup-';

/** Fetches what the clouds' own tools know, one cloud after another; nothing is written outside a temporary folder. */
export async function askClouds(
  missing: readonly Missing[],
  session: SetupSession,
  around: FetchHost,
): Promise<CloudResult> {
  return await withTempDir(TMP_PREFIX, async (dir) => {
    const found: Found[] = [];
    for (const platform of Object.values(platforms)) {
      const mine = missing.filter(({ facts }) => facts?.provider === platform.provider);
      const tmp = (one: Missing) => tmpFile(dir, missing.indexOf(one));
      if (mine.length > 0) found.push(...(await askCloud(platform, mine, session, around, tmp)));
    }
    const names = new Set(found.map((one) => one.missing.target));
    for (const one of missing) if (one.facts === undefined) session.say(unavailable(one));
    return { found, left: missing.filter(({ target }) => !names.has(target)) };
  });
}

/** The seed's sentence for a cluster whose place in a cloud nobody knows. */
export function unavailable({ target }: Missing): string {
  return `Cloud metadata not available for ${target.cluster.name}`;
}

interface Job {
  readonly missing: Missing;
  readonly tmp: string;
  readonly command: HelperCommand;
}

async function askCloud(
  platform: Platform,
  missing: readonly Missing[],
  session: SetupSession,
  around: FetchHost,
  tmp: (one: Missing) => string,
): Promise<readonly Found[]> {
  const tool = await findTool(platform.command, session.invocation.host);
  if (tool === undefined) {
    session.say(`Warning: ${platform.cli} not found. Install it or configure context manually.`);
    return [];
  }
  const jobs: Job[] = [];
  for (const one of missing) {
    const job = await jobFor(one, platform, session, tmp(one));
    if (job) jobs.push(job);
  }
  const chosen = await chooseJobs(platform, jobs, session);
  const results = await runJobs(tool, chosen, platform, session, around);
  if (results.some(({ kind }) => kind === 'not-logged-in'))
    session.say(`Warning: Not authenticated to ${platform.cloud}. Run '${platform.login}' or set up manually.`);
  const found: Found[] = [];
  for (const [index, result] of results.entries()) {
    const job = chosen[index] as Job;
    const { name } = job.missing.target.cluster;
    if (result.kind === 'failed') session.say(`Warning: ${name}: ${result.message}`);
    if (result.kind !== 'fetched' || !(await isExpected(job.missing, result.context, session))) continue;
    const own = job.missing.facts?.provider === 'gcp' ? result.context.context : job.missing.context;
    found.push({ missing: job.missing, context: own, fetched: { ...result.context, context: own } });
  }
  return found;
}

/** The command for one cluster, undefined where a fact is missing or wrong, or its context is there already. */
async function jobFor(one: Missing, platform: Platform, session: SetupSession, tmp: string): Promise<Job | undefined> {
  const { facts, target } = one;
  const { name } = target.cluster;
  const named = facts?.suggestedName ? await confirmName(one, facts.suggestedName, platform, session, tmp) : one;
  try {
    const command = commandFor(named, { ...session.settings, tmp });
    const context = expectedContext(named);
    const { contexts } = await session.prepared.kubeconfig();
    if (contexts.has(context) && !session.options.overwrite) {
      session.say(`note: ${name}: context "${context}" is already in your kubeconfig; --overwrite would replace it`);
      return undefined;
    }
    return { missing: named, tmp, command };
  } catch (error) {
    if (!(error instanceof HelperRefused)) throw error;
    session.say(error.error.reason === 'E-HELPER-METADATA' ? unavailable(one) : `Warning: ${name}: ${error.message}`);
    return undefined;
  }
}

/** A display name is a guess: only a person makes a name of it, and only where that is all that is missing. */
async function confirmName(
  one: Missing,
  name: string,
  platform: Platform,
  session: SetupSession,
  tmp: string,
): Promise<Missing> {
  const named = withName(one, name);
  try {
    commandFor(named, { ...session.settings, tmp });
  } catch (error) {
    if (error instanceof HelperRefused) return one;
    throw error;
  }
  const question = `The hub does not say what ${platform.cloud} calls cluster ${one.target.cluster.name}. Is it "${name}"?`;
  return (await session.questions?.confirm(question, false)) ? named : one;
}

async function chooseJobs(platform: Platform, jobs: readonly Job[], session: SetupSession): Promise<readonly Job[]> {
  if (jobs.length === 0) return [];
  const { questions, options } = session;
  const count = jobs.length === 1 ? '1 cluster' : `${jobs.length} clusters`;
  session.say(`${platform.cloud}: credentials for ${count} can be fetched with`);
  for (const { command } of jobs) session.say(`  ${shellCommand(command.argv, command.env)}`);
  if (!questions || options.yes) return jobs;
  const words = jobs.length === 1 ? (['yes', 'no'] as const) : (['yes', 'no', 'each'] as const);
  const answer = await questions.word(jobs.length === 1 ? 'Run it?' : 'Run them?', words);
  if (answer !== 'each') return answer === 'yes' ? jobs : [];
  const chosen: Job[] = [];
  for (const job of jobs)
    if (await questions.confirm(`For ${job.missing.target.cluster.name}?`, true)) chosen.push(job);
  return chosen;
}

/** The results in the order of the jobs. */
async function runJobs(
  tool: string,
  jobs: readonly Job[],
  platform: Platform,
  session: SetupSession,
  around: FetchHost,
): Promise<readonly Fetched[]> {
  const results: Fetched[] = [];
  const queue = [...jobs.entries()];
  const state = { done: 0 };
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, { command, tmp }] = next;
      results[index] = await fetchContext(tool, command, tmp, platform, around);
      state.done += 1;
    }
  };
  const work = Promise.all(Array.from({ length: Math.min(LANES, jobs.length) }, lane));
  await session.prepared.diagnostics.progressWhile(
    () => `${platform.command}: ${state.done}/${jobs.length} clusters`,
    work,
  );
  return results;
}

/** Whether the tool's address is the one the hub speaks of; where they differ a person decides. */
async function isExpected({ target }: Missing, { cluster }: FetchedContext, session: SetupSession): Promise<boolean> {
  const { name, accessProviders } = target.cluster;
  const given = normal(String(cluster.fields['server']));
  if (given === undefined) {
    session.say(`Warning: ${name}: the server that was fetched is not a plain https URL; set up this context by hand`);
    return false;
  }
  const servers = accessProviders.flatMap((provider) => normal(provider.cluster.server) ?? []);
  if (servers.length === 0 || servers.includes(given)) return true;
  session.say(`Warning: ${name}: the hub says its server is ${servers.join(' or ')}, but the cloud says ${given}`);
  return (await session.questions?.confirm('Use what the cloud says?', false)) ?? false;
}

function normal(server: string): string | undefined {
  const address = parseAddress(server);
  return typeof address === 'string' ? undefined : addressText(address);
}
