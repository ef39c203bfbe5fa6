import { byCodeUnits } from '../../aggregator/merge.ts';
import { API_VERSION } from '../../api/result.ts';
import type { CredentialFacts } from '../../client/credentialfacts.ts';
import type { ClusterError } from '../../errors.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { toJSONText } from '../../serializer/json.ts';
import { paint, useColour } from '../../streams/colour.ts';
import { escapeCell } from '../../streams/escape.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { conclude } from '../conclude.ts';
import { expiryText, instantText } from '../expiry.ts';
import { openLedger } from '../ledger.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { Invocation, Verb } from '../verb.ts';
import { askIdentity, type Identity } from './reviews.ts';

const flags = [
  { name: 'output', short: 'o', kind: 'string', choices: ['json'], value: 'FORMAT', help: 'json' },
  { name: 'no-headers', kind: 'bool', help: 'Print no headers' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc auth whoami`: who every cluster takes the user for, and how long that login is good. */
export const authWhoami: Verb = {
  name: 'whoami',
  use: 'whoami [flags]',
  short: 'Show who you are on every cluster, and until when',
  long: [
    'Asks every selected cluster who it takes you for. EXPIRES is the earliest end of what you log in with: a token that is a JWT,',
    'what an exec plugin says, or a client certificate. A login that has expired makes the exit code 1.',
  ].join('\n'),
  example: 'kubectl mc auth whoami --clusters=prod-*',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [extra] = [...invocation.positionals, ...invocation.rest];
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; choose clusters with --clusters`);
    const prepared = await prepare(invocation, 'auth whoami');
    try {
      return await whoami(prepared, invocation, values);
    } finally {
      await prepared.close();
    }
  },
};

/** What is known about the user on one cluster. */
interface Row {
  readonly cluster: string;
  readonly identity?: Identity;
  readonly facts?: CredentialFacts;
  readonly error?: ClusterError;
  /** Milliseconds since the epoch. */
  readonly expires?: number;
  readonly expired: boolean;
}

async function whoami(
  prepared: Prepared,
  invocation: Invocation,
  values: FlagSet<typeof flags>['values'],
): Promise<ExitCode> {
  const { out } = invocation.io;
  const now = invocation.clock.now();
  const { ledger, rows } = await collect(prepared, invocation);
  if (values.output === 'json') {
    const items = rows.map(itemOf);
    await terminalSafe(out, 'json').write(toJSONText({ apiVersion: API_VERSION, kind: 'WhoAmIList', items }));
  } else {
    const shown = rows.filter(({ identity, expired }) => identity || expired);
    const red = useColour({
      flag: invocation.global.values.color ?? 'auto',
      env: invocation.host.env,
      isTTY: out.isTTY,
      configColorize: prepared.config.output.colorize,
    });
    const cells = shown.map((row) => cellsOf(row, now).map(escapeCell));
    const text = plainTable(['CLUSTER', 'USERNAME', 'GROUPS', 'EXPIRES'], cells).split('\n');
    const lines = text.map((line, at) => (red && shown[at - 1]?.expired ? paint(line, 'red') : line));
    await out.write((values['no-headers'] ? lines.slice(1) : lines).join('\n'));
  }
  const mixed = mixedText(rows);
  if (mixed) prepared.diagnostics.note(mixed);
  const exitCode = await conclude(ledger, prepared, invocation);
  const signalled = exitCode > ExitCode.partial;
  return !signalled && rows.some(({ expired }) => expired) ? ExitCode.failure : exitCode;
}

async function collect(prepared: Prepared, { signal, clock }: Invocation) {
  const { targets, fleet, transports, diagnostics } = prepared;
  const byName = new Map(targets.map((target) => [target.cluster.name, target]));
  const facts = new Map<string, CredentialFacts>();
  const identities = new Map<string, Identity>();
  const ledger = openLedger(targets.map(({ cluster }) => cluster));
  const progress = diagnostics.progress(() => ledger.progressText());
  progress.start();
  try {
    const events = fleet.each<Identity>(
      targets,
      async function* ({ client }, attempt) {
        const { cluster = '' } = attempt;
        const access = byName.get(cluster)?.access;
        // Told before the server is asked: one that refuses us is when the user wants to know it most.
        if (access?.kind === 'config') facts.set(cluster, await transports.about(access.config, attempt));
        yield await askIdentity(client, attempt);
        return undefined;
      },
      signal,
    );
    for await (const event of events) {
      if (event.kind === 'item') identities.set(event.cluster, event.item);
      else if (event.kind === 'end') ledger.end(event.cluster, event.outcome, event.ms);
    }
  } finally {
    await progress.stop();
  }
  const now = clock.now();
  const rows = ledger.entries().map(({ cluster: { name }, outcome }): Row => {
    const known = facts.get(name);
    const ends = [known?.tokenExpiresAt, known?.certificateExpiresAt].filter((at): at is number => at !== undefined);
    const expires = ends.length > 0 ? Math.min(...ends) : undefined;
    const identity = identities.get(name);
    return {
      cluster: name,
      ...(identity && { identity }),
      ...(known && { facts: known }),
      ...(outcome.kind === 'failed' && { error: outcome.error }),
      ...(expires !== undefined && { expires }),
      expired: expires !== undefined && expires <= now,
    };
  });
  return { ledger, rows };
}

function cellsOf({ cluster, identity, expires }: Row, now: number): readonly string[] {
  return [
    cluster,
    identity?.username ?? '<refused>',
    identity ? identity.groups.join(',') || '<none>' : '<none>',
    expires === undefined ? '<unknown>' : `${instantText(expires)} (${expiryText(expires, now)})`,
  ];
}

function itemOf({ cluster, identity, facts, error, expires, expired }: Row) {
  return {
    cluster,
    ...identity,
    ...(facts && { login: facts.how }),
    ...(expires !== undefined && { expires: instantText(expires), expired }),
    ...(error && { error }),
  };
}

/** `note: you are 2 different users: alice on a, b; bob on c`, undefined where one name is all there is. */
function mixedText(rows: readonly Row[]): string | undefined {
  const users = Object.entries(Object.groupBy(rows.filter(hasIdentity), ({ identity }) => identity.username));
  if (users.length < 2) return undefined;
  const told = users
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([user, on = []]) => {
      const more = on.length > 5 ? ` and ${on.length - 5} more` : '';
      const names = on.slice(0, 5).map(({ cluster }) => cluster);
      return `${user} on ${names.join(', ')}${more}`;
    });
  const rest = told.length > 10 ? `; and ${told.length - 10} more` : '';
  return `note: you are ${users.length} different users: ${told.slice(0, 10).join('; ')}${rest}`;
}

function hasIdentity(row: Row): row is Row & { readonly identity: Identity } {
  return row.identity !== undefined;
}
