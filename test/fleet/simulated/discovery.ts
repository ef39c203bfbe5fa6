/** API discovery, aggregated and not, from one recording. */
import { createHash } from 'node:crypto';
import { negotiate } from './negotiation.ts';
import type { DiscoveredGroup, DiscoveredResource } from './recorded.ts';
import { jsonReply, type Reply } from './reply.ts';

/** What one server serves: its core group and its named groups. */
export interface ServedAPI {
  readonly core: DiscoveredGroup;
  readonly groups: readonly DiscoveredGroup[];
}

/** The unaggregated documents by path (`/api`, `/api/v1`, `/apis`, `/apis/apps`, `/apis/apps/v1`), and the two aggregated ones. */
export interface Discovery {
  /** The answer for a path, undefined where the path is none of discovery's; null = 406. */
  reply(path: string, accept: string | undefined, ifNoneMatch: string | undefined): Reply | undefined | null;
}

/** Renders everything once; all members with the same API share it. */
export function makeDiscovery(api: ServedAPI, serverAddress: string): Discovery {
  const plain = new Map<string, Reply>();
  const cidrs = [{ clientCIDR: '0.0.0.0/0', serverAddress }];
  plain.set('/api', jsonReply({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: cidrs }));
  plain.set('/apis', jsonReply({ kind: 'APIGroupList', apiVersion: 'v1', groups: api.groups.map(groupOf) }));
  for (const group of [api.core, ...api.groups]) {
    const name = group.metadata.name;
    if (name) plain.set(`/apis/${name}`, jsonReply({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }));
    for (const { version, resources = [] } of group.versions) {
      const groupVersion = name ? `${name}/${version}` : version;
      plain.set(
        `${name ? '/apis' : '/api'}/${groupVersion}`,
        jsonReply({
          kind: 'APIResourceList',
          ...(name ? { apiVersion: 'v1' } : {}),
          groupVersion,
          resources: resources.flatMap((resource) => resourcesOf(resource, name ?? '', version)),
        }),
      );
    }
  }
  const aggregated = new Map([
    ['/api', aggregatedReply([api.core])],
    ['/apis', aggregatedReply(api.groups)],
  ]);
  return {
    reply(path, accept, ifNoneMatch) {
      const whole = aggregated.get(path);
      const form = negotiate(accept, whole ? ['APIGroupDiscoveryList', 'json'] : ['json']);
      const found = form === 'APIGroupDiscoveryList' ? whole : plain.get(path);
      if (found === undefined) return undefined;
      if (form === undefined) return null;
      if (form === 'APIGroupDiscoveryList' && ifNoneMatch === found.headers['Etag']) {
        const { 'Content-Type': _type, ...headers } = found.headers;
        return { status: 304, headers, body: Buffer.alloc(0) };
      }
      return found;
    },
  };
}

function aggregatedReply(items: readonly DiscoveredGroup[]): Reply {
  const value = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  const etag = createHash('sha512').update(JSON.stringify(value)).digest('hex').toUpperCase();
  return jsonReply(value, {
    headers: {
      'Cache-Control': 'public',
      'Content-Type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      Etag: `"${etag}"`,
      Vary: 'Accept',
    },
  });
}

function groupOf(group: DiscoveredGroup) {
  const name = group.metadata.name ?? '';
  const versions = group.versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** A type and its subresources as entries of an APIResourceList. */
function resourcesOf(resource: DiscoveredResource, group: string, version: string): object[] {
  const namespaced = resource.scope === 'Namespaced';
  const foreign = (kind: { group: string; version: string }) =>
    (kind.group === '' && kind.version === '') || (kind.group === group && kind.version === version)
      ? {}
      : { group: kind.group, version: kind.version };
  const own = {
    name: resource.resource,
    singularName: resource.singularResource,
    namespaced,
    ...foreign(resource.responseKind),
    kind: resource.responseKind.kind,
    verbs: resource.verbs,
    ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories ? { categories: resource.categories } : {}),
  };
  const subresources = (resource.subresources ?? []).map(({ subresource, responseKind, verbs }) => ({
    name: `${resource.resource}/${subresource}`,
    singularName: '',
    namespaced,
    ...(responseKind ? { ...foreign(responseKind), kind: responseKind.kind } : {}),
    verbs,
  }));
  return [own, ...subresources];
}
