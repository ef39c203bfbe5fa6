import type { Target } from '../access/target.ts';
import { verifyIdentity } from '../discovery/about.ts';
import { askMemberIdentity } from '../discovery/memberidentity.ts';
import { ClusterFailure } from '../errors.ts';
import type { Operation } from '../executor/fanout.ts';
import type { Session } from '../resource/read.ts';

/** A session that knows whom it is meant for. */
export interface TargetSession extends Session {
  readonly target: Target;
}

/**
 * An operation that first asks the cluster who it is, where it came from a hub: an endpoint that answers with another cluster
 * id than the hub's is sent nothing else. Throws ClusterFailure (E-IDENTITY-MISMATCH).
 */
export function afterIdentity<T>(operation: Operation<Session, T>): Operation<TargetSession, T> {
  return async function* (session, attempt) {
    const { cluster, access } = session.target;
    if (cluster.ref !== undefined) {
      const verdict = verifyIdentity(cluster.properties, await askMemberIdentity(session.client, attempt));
      if (verdict.kind === 'mismatch') {
        const who = access.kind === 'config' && access.context ? `context "${access.context}"` : 'the cluster';
        throw new ClusterFailure({
          type: 'EndpointRefused',
          reason: 'E-IDENTITY-MISMATCH',
          message: `the hub says id ${verdict.hub}, ${who} answers ${verdict.member}; the mapping may point at another cluster`,
          retriable: false,
        });
      }
    }
    return yield* operation(session, attempt);
  };
}
