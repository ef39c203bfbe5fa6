import { rankByName } from '../rank.ts';
import { expectedContext, type Missing } from './plan.ts';
import type { Found, SetupSession } from './session.ts';

/** Where answers of a setup that was interrupted are kept; names of clusters and contexts, nothing else. */
const ANSWERS = 'setup-answers';

/** Asks for the context of every cluster that is left, the likeliest one first. Whoever is ended here goes on where they were. */
export async function askContexts(
  left: readonly Missing[],
  found: readonly Found[],
  session: SetupSession,
): Promise<readonly Found[]> {
  const { questions, prepared } = session;
  if (!questions || left.length === 0) return [];
  const { cache, inventory } = prepared;
  const { contexts } = await prepared.kubeconfig();
  const names = [...new Set([...contexts.keys(), ...found.map(({ context }) => context)])].sort();
  if (names.length === 0) {
    session.say('note: your kubeconfig has no contexts to choose from');
    return [];
  }
  const kept = await keptAnswers(session, new Set(names), left);
  const answers = new Map(kept);
  const mapped: Found[] = [];
  for (const missing of left) {
    const { name } = missing.target.cluster;
    const known = answers.get(name);
    const context =
      known ??
      (await questions.choose({
        question: `Context of cluster ${name}`,
        choices: ranked(missing, names, inventory.hub?.context),
        none: 'none of these: leave it out',
      }));
    if (context === undefined) continue;
    mapped.push({ missing, context });
    answers.set(name, context);
    await cache.set(ANSWERS, Object.fromEntries(answers));
  }
  return mapped;
}

/** Forgets the kept answers: they are in the mapping file now. */
export async function forgetAnswers({ prepared }: SetupSession): Promise<void> {
  await prepared.cache.drop(ANSWERS);
}

async function keptAnswers(
  { prepared, questions }: SetupSession,
  contexts: ReadonlySet<string>,
  left: readonly Missing[],
): Promise<readonly (readonly [string, string])[]> {
  const kept = await prepared.cache.get(ANSWERS);
  const names = new Set(left.map(({ target }) => target.cluster.name));
  const usable = Object.entries((kept?.value ?? {}) as Readonly<Record<string, unknown>>).filter(
    (answer): answer is [string, string] => names.has(answer[0]) && contexts.has(String(answer[1])),
  );
  if (usable.length === 0) return [];
  const list = usable.map(([cluster, context]) => `${cluster} = ${context}`).join(', ');
  const use = await questions?.confirm(`An earlier setup was interrupted. Go on with its answers (${list})?`, true);
  return use ? usable : [];
}

/** The context that the cloud's tool would have made, then by likeness; the hub's own is the least likely. */
function ranked(missing: Missing, names: readonly string[], hub: string | undefined): readonly string[] {
  const expected = expectedContext(missing);
  const byName = rankByName(missing.target.cluster.ref?.name ?? missing.target.cluster.name, names);
  const rest = byName.filter((name) => name !== expected && name !== hub);
  return [
    ...byName.filter((name) => name === expected),
    ...rest,
    ...byName.filter((name) => name === hub && name !== expected),
  ];
}
