import { API_VERSION } from '../../api/result.ts';
import type { Attempt } from '../../client/restclient.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { plainTable } from '../../printers/table/plain.ts';
import type { Session } from '../../resource/read.ts';
import { toJSONText } from '../../serializer/json.ts';
import { escapeCell } from '../../streams/escape.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { conclude } from '../conclude.ts';
import { openLedger } from '../ledger.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { Invocation, Verb } from '../verb.ts';
import { type AccessAnswer, type AccessQuestion, askAccess } from './reviews.ts';

const flags = [
  { name: 'all-namespaces', short: 'A', kind: 'bool', help: 'Whether you may do it in all namespaces' },
  { name: 'subresource', kind: 'string', value: 'NAME', help: 'The subresource, such as log or scale' },
  { name: 'quiet', short: 'q', kind: 'bool', help: 'Print nothing and tell it by the exit code' },
  { name: 'no-headers', kind: 'bool', help: 'Print no headers' },
  { name: 'output', short: 'o', kind: 'string', choices: ['json'], value: 'FORMAT', help: 'json' },
  { name: 'list', kind: 'unsupported', help: 'List all that you may do' },
] as const satisfies readonly FlagSpec[];

type Values = FlagSet<typeof flags>['values'];

/** `kubectl mc auth can-i`: whether the user may do something, for every cluster. */
export const authCanI: Verb = {
  name: 'can-i',
  use: 'can-i VERB (TYPE [NAME] | TYPE/NAME | NONRESOURCEURL) [flags]',
  short: 'Ask every cluster whether you may do something',
  long: 'Asks every selected cluster whether you may do something there. The exit code is 1 where one of them says no.',
  example: [
    '# May I read pods everywhere',
    'kubectl mc auth can-i list pods -A',
    '',
    '# May I read the logs of one pod',
    'kubectl mc auth can-i get pod/web --subresource=log -n team-a',
    '',
    '# For scripts',
    'kubectl mc auth can-i -q delete ns --clusters=prod-* && echo yes',
  ].join('\n'),
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const asked = parseQuestion([...invocation.positionals, ...invocation.rest], values);
    const prepared = await prepare(invocation, 'auth can-i');
    try {
      return await canI(asked, prepared, invocation, values);
    } finally {
      await prepared.close();
    }
  },
};

/** The question as typed; what `type` is called is each server's own business. */
type Asked =
  | { readonly verb: string; readonly path: string }
  | { readonly verb: string; readonly type: string; readonly name?: string; readonly subresource?: string };

function parseQuestion([verb, what, third, ...more]: readonly string[], { subresource }: Values): Asked {
  if (!verb || !what || more.length > 0)
    throw new UsageError('you must specify two arguments: verb resource or verb resource/resourceName.', {
      more: ["See 'kubectl mc auth can-i -h' for help and examples."],
    });
  if (what.startsWith('/')) {
    if (subresource) throw new UsageError('--subresource can not be used with NonResourceURL');
    if (third !== undefined) throw new UsageError('NonResourceURL and ResourceName can not specified together');
    return { verb, path: what };
  }
  const slash = what.indexOf('/');
  if (slash >= 0 && third !== undefined)
    throw new UsageError('give the name once: as TYPE/NAME or as an argument of its own');
  const name = slash >= 0 ? what.slice(slash + 1) : third;
  return {
    verb,
    type: slash >= 0 ? what.slice(0, slash) : what,
    ...(name && { name }),
    ...(subresource && { subresource }),
  };
}

// kubectl's own lists.
const RESOURCE_VERBS = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(
    ' ',
  ),
);
const PATH_VERBS = new Set('get put post head options delete patch'.split(' '));

/** One cluster's answer and what should be told about the question, once for all. */
interface Answer extends AccessAnswer {
  readonly warning?: string;
}

async function canI(asked: Asked, prepared: Prepared, invocation: Invocation, values: Values): Promise<ExitCode> {
  const { targets, fleet, diagnostics } = prepared;
  const { out } = invocation.io;
  const note = (text: string) => {
    if (!values.quiet) diagnostics.note(text);
  };
  if (!('path' in asked ? PATH_VERBS : RESOURCE_VERBS).has(asked.verb))
    note(`Warning: verb '${asked.verb}' is not a known verb`);
  const ledger = openLedger(targets.map(({ cluster }) => cluster));
  const answers = new Map<string, Answer>();
  const progress = diagnostics.progress(() => ledger.progressText());
  progress.start();
  try {
    const events = fleet.each<Answer>(
      targets,
      async function* (session, attempt) {
        yield await askOne(asked, session, values['all-namespaces'], attempt);
        return undefined;
      },
      invocation.signal,
    );
    for await (const event of events) {
      if (event.kind === 'item') answers.set(event.cluster, event.item);
      else if (event.kind === 'end') ledger.end(event.cluster, event.outcome, event.ms);
    }
  } finally {
    await progress.stop();
  }
  for (const text of new Set([...answers.values()].flatMap(({ warning }) => warning ?? []))) note(`Warning: ${text}`);
  const entries = ledger.entries();
  if (!values.quiet && values.output === 'json') {
    const items = entries.map(({ cluster: { name }, outcome }) => {
      const answer = answers.get(name);
      const error = outcome.kind === 'failed' ? outcome.error : undefined;
      return {
        cluster: name,
        ...(answer && { allowed: answer.allowed, ...(answer.reason && { reason: answer.reason }) }),
        ...(error && { error }),
      };
    });
    await terminalSafe(out, 'json').write(toJSONText({ apiVersion: API_VERSION, kind: 'AccessReviewList', items }));
  } else if (!values.quiet) {
    const rows = entries.flatMap(({ cluster: { name } }) => {
      const answer = answers.get(name);
      return answer ? [[name, answer.allowed ? 'yes' : 'no', answer.reason].map(escapeCell)] : [];
    });
    const text = plainTable(['CLUSTER', 'ALLOWED', 'REASON'], rows);
    await out.write(values['no-headers'] ? text.slice(text.indexOf('\n') + 1) : text);
  }
  const exitCode = await conclude(ledger, prepared, invocation);
  const refused = [...answers.values()].some(({ allowed }) => !allowed);
  return refused && exitCode <= ExitCode.partial ? ExitCode.failure : exitCode;
}

async function askOne(asked: Asked, session: Session, everywhere: boolean, attempt: Attempt): Promise<Answer> {
  if ('path' in asked) return await askAccess(session.client, asked, attempt);
  const { question, warning } = await resolve(asked, session, everywhere, attempt);
  const answer = await askAccess(session.client, question, attempt);
  return warning === undefined ? answer : { ...answer, warning };
}

/** What the type is to this server. As with kubectl, one that it does not serve is asked about as it was typed. */
async function resolve(
  asked: Exclude<Asked, { readonly path: string }>,
  session: Session,
  everywhere: boolean,
  attempt: Attempt,
): Promise<{ readonly question: AccessQuestion; readonly warning?: string }> {
  const { type, ...rest } = asked;
  const namespace = everywhere ? '' : session.namespace;
  if (type === '*') return { question: { ...rest, group: '*', resource: '*', namespace } };
  const kept = (await session.mapper(attempt)).resolve(type);
  const found = kept.length > 0 ? kept : (await session.mapper(attempt, true)).resolve(type);
  const [resource] = found;
  if (resource === undefined) {
    const dot = type.indexOf('.');
    const [name, group] = dot < 0 ? [type, ''] : [type.slice(0, dot), type.slice(dot + 1)];
    return {
      question: { ...rest, group, resource: name.toLowerCase(), namespace },
      warning: `the server doesn't have a resource type '${name}'${group ? ` in group '${group}'` : ''}`,
    };
  }
  const { group, name, namespaced } = resource;
  const question = { ...rest, group, resource: name, namespace };
  if (namespaced || everywhere) return { question };
  return {
    question,
    warning: `resource '${name}' is not namespace scoped${group ? ` in group '${group}'` : ''}`,
  };
}
