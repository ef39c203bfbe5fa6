import {
  type AskedContext,
  aboutMembers,
  clusterSetOf,
  noClusterSet,
  verifyIdentity,
} from '../../src/discovery/about.ts';
import type { Actual, Given } from './suite.ts';

/** about.verify */
export function verify({ profileProperties, memberProperties, kubeSystemUID, kubeSystemUid }: Given): Actual {
  const own = memberProperties ? record(memberProperties) : undefined;
  const verdict = verifyIdentity(record(profileProperties ?? []), {
    properties: own,
    kubeSystemUID: kubeSystemUID ?? kubeSystemUid,
  });
  return { result: verdict.kind };
}

/** about.discover */
export function discover({ hub, contexts }: Given): Actual {
  const clusterSet = clusterSetOf(asked(hub));
  if (clusterSet === undefined) return { error: { code: 'E-ABOUT-NO-CLUSTERSET', message: noClusterSet(hub.context) } };
  const { clusters, skipped } = aboutMembers(clusterSet, contexts.map(asked));
  return {
    clusters: clusters.map(({ key, label, aliases }) => ({ key, label, ...(aliases.length > 0 && { aliases }) })),
    ...(skipped.length > 0 && { skipped }),
  };
}

function asked({ context, name, properties, error, problem }: Given): AskedContext {
  return {
    context: context ?? name,
    properties: properties ? record(properties) : undefined,
    problem: problem ?? (error === undefined ? undefined : String(error)),
  };
}

function record(properties: readonly { name: string; value: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(properties.map(({ name, value }) => [name, value]));
}
