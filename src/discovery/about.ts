/** The property and ClusterProperty that holds a cluster's id in its ClusterSet (KEP-2149). */
export const CLUSTER_ID = 'cluster.clusterset.k8s.io';
/** The one that holds the ClusterSet's name. */
export const CLUSTER_SET = 'clusterset.k8s.io';

/** Three spellings are in use for a cluster's id in a profile; the first that is there counts. */
const PROFILE_IDS: readonly string[] = [CLUSTER_ID, 'id.k8s.io', 'clusterset.k8s.io/cluster-id'];

/** What a member says about itself. */
export interface MemberIdentity {
  /** Its ClusterProperties by name; undefined where it has no About API, or does not let us read it. */
  readonly properties: Readonly<Record<string, string>> | undefined;
  /** The UID of namespace kube-system, where it was asked for: the KEP's recommended id. */
  readonly kubeSystemUID?: string | undefined;
}

/** Whether a member is the cluster that the hub says it is. */
export type IdentityVerdict =
  | { readonly kind: 'match' | 'unknown' }
  | { readonly kind: 'mismatch'; readonly hub: string; readonly member: string };

/** The cluster id in a profile's properties, undefined where it has none. */
export function profileClusterId(properties: Readonly<Record<string, string>>): string | undefined {
  const name = PROFILE_IDS.find((one) => Object.hasOwn(properties, one));
  return (name === undefined ? undefined : properties[name]) || undefined;
}

/** Compares what the hub says about a cluster's identity with what the cluster answers; a side without an id proves nothing. */
export function verifyIdentity(
  properties: Readonly<Record<string, string>>,
  { properties: own, kubeSystemUID }: MemberIdentity,
): IdentityVerdict {
  const hub = profileClusterId(properties);
  const member = own && Object.hasOwn(own, CLUSTER_ID) ? own[CLUSTER_ID] : undefined;
  if (hub === undefined) return { kind: 'unknown' };
  if (member) return hub === member ? { kind: 'match' } : { kind: 'mismatch', hub, member };
  // The namespace's UID is only a recommendation: equal says yes, different says nothing.
  return { kind: kubeSystemUID !== undefined && kubeSystemUID === hub ? 'match' : 'unknown' };
}

/** A kubeconfig context and what the About API of its cluster said, or why it said nothing. */
export interface AskedContext {
  readonly context: string;
  /** Undefined: no About API. */
  readonly properties: Readonly<Record<string, string>> | undefined;
  /** Set where it could not be asked at all. */
  readonly problem?: string | undefined;
}

/** The members of a ClusterSet among the user's own contexts. */
export interface AboutMembers {
  readonly clusters: readonly { readonly key: string; readonly label: string; readonly aliases: readonly string[] }[];
  readonly skipped: readonly { readonly context: string; readonly reason: string }[];
}

/** The hub's ClusterSet, undefined where it is in none (E-ABOUT-NO-CLUSTERSET). */
export function clusterSetOf(hub: AskedContext): string | undefined {
  return (hub.properties && Object.hasOwn(hub.properties, CLUSTER_SET) && hub.properties[CLUSTER_SET]) || undefined;
}

/** E-ABOUT-NO-CLUSTERSET, in words. */
export function noClusterSet(context: string): string {
  return `context "${context}" is not a member of a ClusterSet (no ClusterProperty clusterset.k8s.io); discovery.api "about" needs one`;
}

/** Sorts contexts into the clusters of a set; two contexts with one id are one cluster, the first of them names it. */
export function aboutMembers(clusterSet: string, contexts: readonly AskedContext[]): AboutMembers {
  const clusters = new Map<string, { key: string; label: string; aliases: string[] }>();
  const skipped: { context: string; reason: string }[] = [];
  for (const { context, properties, problem } of contexts) {
    const skip = (reason: string) => skipped.push({ context, reason });
    const id = properties?.[CLUSTER_ID];
    if (problem !== undefined) skip(problem);
    else if (properties === undefined) skip('no-about-api');
    else if (properties[CLUSTER_SET] !== clusterSet) skip('other-clusterset');
    else if (!id) skip('no-cluster-id');
    else {
      const known = clusters.get(id);
      if (known) known.aliases.push(context);
      else clusters.set(id, { key: id, label: context, aliases: [] });
    }
  }
  return { clusters: [...clusters.values()], skipped };
}
