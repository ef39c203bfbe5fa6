import type { Attempt } from '../../api/attempt.ts';
import { ClusterFailure } from '../../errors.ts';
import type { Session } from '../../resource/read.ts';
import { askAccess, askIdentity } from '../auth/reviews.ts';
import type { Finding, TestStep } from './teststep.ts';

/** What one server is asked in one step. */
export type Question = (session: Session, attempt: Attempt) => Promise<Finding>;

/** What a server is asked once we are connected, in this order. */
export const QUESTIONS: readonly (readonly [TestStep['name'], Question])[] = [
  ['whoami', whoami],
  ['version', version],
  ['readyz', readyz],
  ['rbac', rbac],
];

async function whoami({ client }: Session, attempt: Attempt): Promise<Finding> {
  try {
    const { username, groups } = await askIdentity(client, attempt);
    const list = groups.length > 0 ? ` (${groups.join(', ')})` : '';
    return { detail: `${username}${list}`, value: username };
  } catch (error) {
    if (!(error instanceof ClusterFailure) || error.error.type !== 'NoMatch') throw error;
    return { state: 'skipped', detail: error.error.message };
  }
}

async function version({ client }: Session, attempt: Attempt): Promise<Finding> {
  const { gitVersion } = await client.json<{ readonly gitVersion?: unknown }>(
    { method: 'GET', path: '/version' },
    attempt,
  );
  const value = typeof gitVersion === 'string' ? gitVersion : 'unknown';
  return { detail: value, value };
}

async function readyz({ client }: Session, attempt: Attempt): Promise<Finding> {
  try {
    await client.do({ method: 'GET', path: '/readyz', accept: 'text/plain, */*' }, attempt);
    return { detail: 'ready' };
  } catch (error) {
    if (!(error instanceof ClusterFailure) || (error.error.type !== 'Forbidden' && error.error.type !== 'NotFound'))
      throw error;
    return { state: 'skipped', detail: `not told: ${error.error.message}` };
  }
}

/** Whether we may do the most usual thing of all. */
async function rbac({ client, namespace }: Session, attempt: Attempt): Promise<Finding> {
  const answer = await askAccess(client, { verb: 'list', group: '', resource: 'pods', namespace }, attempt);
  const where = namespace === '' ? 'all namespaces' : `namespace ${namespace}`;
  if (answer.allowed) return { detail: `may list pods in ${where}` };
  throw new ClusterFailure({
    type: 'Forbidden',
    message: `you may not list pods in ${where}${answer.reason ? `: ${answer.reason}` : ''}`,
    hint: 'ask for a role there, or choose a namespace of yours with -n',
    code: 403,
    retriable: false,
  });
}
