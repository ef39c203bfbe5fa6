/** What a server says when it does not do what it was asked (wording recorded from v1.36). */
import { failure } from '../faults/status.ts';
import { goJSON, jsonReply, type Reply, textReply, withoutFlow } from './reply.ts';
import type { RequestInfo, ResourceRequest } from './request-info.ts';

/** 401, for credentials that the server does not know. */
export function unauthorized(): Reply {
  return withoutFlow(jsonReply(failure(401, 'Unauthorized', 'Unauthorized'), { status: 401 }));
}

/** 403 of RBAC, for a resource or for a path. */
export function forbidden(user: string, { resource: asked, path, verb }: RequestInfo): Reply {
  const headers = { 'X-Content-Type-Options': 'nosniff' };
  if (!asked) {
    const message = `forbidden: User "${user}" cannot ${verb} path "${path}"`;
    return jsonReply(failure(403, 'Forbidden', message, { details: {} }), { status: 403, headers });
  }
  const what = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const where = asked.namespace === undefined ? 'at the cluster scope' : `in the namespace "${asked.namespace}"`;
  const message =
    `${qualified(asked)}${asked.name === undefined ? '' : ` "${asked.name}"`} is forbidden: User "${user}" cannot ${asked.verb} ` +
    `resource "${what}" in API group "${asked.group}" ${where}`;
  const reply = jsonReply(failure(403, 'Forbidden', message, { details: detailsOf(asked) }), { status: 403, headers });
  return isLongRunning(asked) ? withoutFlow(reply) : reply;
}

/** Requests that priority and fairness leaves alone. */
function isLongRunning({ verb, subresource = '' }: ResourceRequest): boolean {
  return verb === 'watch' || ['attach', 'exec', 'log', 'portforward', 'proxy'].includes(subresource);
}

/** 404 for an object that is not there. */
export function notFound(asked: ResourceRequest): Reply {
  const message = `${qualified(asked)} "${asked.name}" not found`;
  return jsonReply(failure(404, 'NotFound', message, { details: detailsOf(asked) }), { status: 404 });
}

/** 404 for a type that a group of the server itself does not have. */
export function unknownResource(): Reply {
  const message = 'the server could not find the requested resource';
  return jsonReply(failure(404, 'NotFound', message, { details: {} }), { status: 404 });
}

/** 404 for a path that nothing is registered for, such as a group without any CustomResourceDefinition. */
export function unknownPath(): Reply {
  return textReply(404, '404 page not found\n');
}

/** 400 with the server's sentence. */
export function badRequest(message: string): Reply {
  return jsonReply(failure(400, 'BadRequest', message), { status: 400 });
}

/** 405, for a verb that the type does not have. */
export function methodNotAllowed(): Reply {
  const message = 'the server does not allow this method on the requested resource';
  return jsonReply(failure(405, 'MethodNotAllowed', message, { details: {} }), { status: 405 });
}

const mediaTypes = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** 406, for an Accept header without anything that we have; indented, as all answers to clients with which no form was agreed. */
export function notAcceptable(): Reply {
  const streams = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
  const message = `406: Not Acceptable\n\nAvailable representations: ${mediaTypes}, ${streams}`;
  return indented(failure(406, 'NotAcceptable', message, { details: {} }), 406);
}

/** 406 of API discovery, which has a sentence of its own. */
export function notAcceptableDiscovery(): Reply {
  return indented(failure(406, 'NotAcceptable', `only the following media types are accepted: ${mediaTypes}`), 406);
}

/** 400 for a Table that cannot be made. */
export function unconvertible(message: string): Reply {
  return indented(failure(400, 'BadRequest', message), 400);
}

/** 501, for what real servers do and the simulation does not: no test must take it for an answer. */
export function notSimulated(what: string): Reply {
  return jsonReply(failure(501, 'NotImplemented', `the simulation does not do this: ${what}`), { status: 501 });
}

function indented(status: object, code: number): Reply {
  return { ...jsonReply(status, { status: code }), body: goJSON(status, 2, '') };
}

function qualified(asked: ResourceRequest): string {
  return asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}`;
}

function detailsOf(asked: ResourceRequest): object & Record<string, unknown> {
  return {
    ...(asked.name === undefined ? {} : { name: asked.name }),
    ...(asked.group === '' ? {} : { group: asked.group }),
    kind: asked.resource,
  };
}
