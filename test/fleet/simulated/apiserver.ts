/** One simulated API server: from a request to a reply. No sockets here. */
import type { IncomingMessage } from 'node:http';
import type { Discovery } from './discovery.ts';
import { administrator, anonymous } from './identity.ts';
import type { ClusterFacts, Item } from './item.ts';
import { fieldLabels } from './kinds/contents.ts';
import { type IncludeObject, itemKey, type Page, pageOf, readContinue, render, type ServedType } from './listing.ts';
import { negotiate, type Representation } from './negotiation.ts';
import * as refuse from './refusals.ts';
import { jsonReply, type Reply, textReply } from './reply.ts';
import type { ReplyCache } from './reply-cache.ts';
import type { RequestInfo, ResourceRequest } from './request-info.ts';
import { BadSelector, fieldMatch, labelMatch, type Match } from './selectors.ts';
import { isBuiltIn, type ServedTypes } from './served-types.ts';

/** What makes one API server differ from the next. */
export interface ServerContents {
  readonly facts: ClusterFacts;
  readonly types: ServedTypes;
  readonly discovery: Discovery;
  readonly version: Readonly<Record<string, string>>;
  /** All objects of a type, in any order. */
  items(key: string): readonly Item[];
  /** Whether RBAC refuses this to the cluster's own user. */
  forbids(request: ResourceRequest): boolean;
}

const publicPaths: ReadonlySet<string> = new Set(['/version', '/version/', '/healthz', '/livez', '/readyz']);

/** Answers as `user` (undefined = unknown credentials), in the order of a real server: who, may they, what. */
export function serve(
  contents: ServerContents,
  info: RequestInfo,
  user: string | undefined,
  headers: IncomingMessage['headers'],
  cache: ReplyCache,
): Reply {
  if (user === undefined) return refuse.unauthorized();
  if (user === anonymous && !publicPaths.has(info.path)) return refuse.forbidden(user, info);
  if (info.resource) {
    if (user !== administrator && contents.forbids(info.resource)) return refuse.forbidden(user, info);
    return serveResource(contents, info, info.resource, headers.accept, cache);
  }
  if (info.verb !== 'get' && info.verb !== 'head') return refuse.methodNotAllowed();
  const path = info.path.replace(/\/$/, '');
  if (path === '/version') return jsonReply(contents.version);
  if (publicPaths.has(path)) return textReply(200, 'ok');
  const found = contents.discovery.reply(path, headers.accept, headers['if-none-match']);
  if (found === null) return refuse.notAcceptableDiscovery();
  const [, root, group = ''] = path.split('/');
  return (
    found ??
    (root === 'api' ? missing(contents, '') : root === 'apis' ? missing(contents, group) : refuse.unknownPath())
  );
}

/** Groups of the server itself say so in a Status; for all others it is a path that nobody serves. */
function missing(contents: ServerContents, group: string): Reply {
  const known = isBuiltIn(group) && [...contents.types.values()].some((type) => type.group === group);
  return known ? refuse.unknownResource() : refuse.unknownPath();
}

function serveResource(
  contents: ServerContents,
  info: RequestInfo,
  asked: ResourceRequest,
  accept: string | undefined,
  cache: ReplyCache,
): Reply {
  const groupVersion = asked.group === '' ? asked.version : `${asked.group}/${asked.version}`;
  const type = contents.types.get(`${groupVersion}/${asked.resource}`);
  const namespace = asked.resource === 'namespaces' ? undefined : asked.namespace;
  if (!type || (namespace !== undefined && !type.namespaced)) return missing(contents, asked.group);
  if (!type.discovered.verbs.includes(asked.verb)) return refuse.methodNotAllowed();
  if (asked.subresource !== undefined || (asked.verb !== 'get' && asked.verb !== 'list')) {
    return refuse.notSimulated(`${asked.verb} ${asked.resource}${asked.subresource ? `/${asked.subresource}` : ''}`);
  }
  const single = asked.verb === 'get';
  const form = negotiate(accept, [
    'Table',
    single ? 'PartialObjectMetadata' : 'PartialObjectMetadataList',
    'json',
  ] satisfies Representation[]);
  if (form === undefined) return refuse.notAcceptable();
  const include = info.query.get('includeObject') || 'Metadata';
  if (form === 'Table' && !['None', 'Metadata', 'Object'].includes(include)) {
    return refuse.unconvertible(
      `Unable to convert to Table as requested: includeObject: Invalid value: "${include}": must be 'Metadata', 'Object', 'None', or empty`,
    );
  }
  const key = [contents.facts.name, form, info.path, info.query].join('|');
  return cache.get(key, () => {
    const page = single ? getOne(contents, type, asked, namespace) : listPage(contents, type, info, namespace);
    if ('body' in page) return page;
    const options = { include: include as IncludeObject, now: Date.now(), single };
    const warning = type.list.warning;
    return jsonReply(render(type, page, form, options), warning === undefined ? {} : { headers: { Warning: warning } });
  });
}

function getOne(
  contents: ServerContents,
  type: ServedType,
  asked: ResourceRequest,
  namespace: string | undefined,
): Page | Reply {
  const item = contents
    .items(type.key)
    .find((candidate) => candidate.name === asked.name && candidate.namespace === namespace);
  if (!item) return refuse.notFound(asked);
  return { items: [item], metadata: { resourceVersion: item.object().metadata['resourceVersion'] } };
}

function listPage(
  contents: ServerContents,
  type: ServedType,
  { query }: RequestInfo,
  namespace: string | undefined,
): Page | Reply {
  const limit = query.get('limit') || '0';
  if (!/^-?\d+$/.test(limit)) return refuse.badRequest(`strconv.ParseInt: parsing "${limit}": invalid syntax`);
  const version = query.get('resourceVersion') || '0';
  if (!/^\d+$/.test(version)) {
    const parsing = `strconv.ParseUint: parsing "${version}": invalid syntax`;
    return refuse.badRequest(`invalid resource version: resourceVersion: Invalid value: "${version}": ${parsing}`);
  }
  const resourceVersion = 10_000 + contents.facts.index;
  const token = query.get('continue') || undefined;
  const from = token === undefined ? undefined : readContinue(token);
  if (token !== undefined && from === undefined) {
    return refuse.badRequest(
      "invalid continue token: continue key is not valid: invalid character 'x' looking for beginning of value",
    );
  }
  let matches: readonly Match[];
  try {
    const labels = query.get('labelSelector') || '';
    const fields = query.get('fieldSelector') || '';
    matches = [
      ...(labels === '' ? [] : [labelMatch(labels)]),
      ...(fields === '' ? [] : [fieldMatch(fields, fieldLabels[type.key] ?? (type.custom ? [] : undefined))]),
    ];
  } catch (error) {
    if (error instanceof BadSelector) return refuse.badRequest(error.message);
    throw error;
  }
  const sorted = contents
    .items(type.key)
    .filter((item) => namespace === undefined || item.namespace === namespace)
    .map((item) => ({ item, key: itemKey(item, namespace) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
  return pageOf(sorted, {
    limit: Number(limit),
    start: from?.start,
    matches,
    namespace,
    resourceVersion: from && from.rv > 0 ? from.rv : resourceVersion,
  });
}
