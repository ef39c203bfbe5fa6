import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerDescription } from './fleet.ts';
import { adminGet } from './probe.ts';

/** One finished request, from the server's own audit log (audit.k8s.io/v1, stage ResponseComplete). */
export interface AuditEvent {
  readonly user: string;
  /** The user that was impersonated, where one was. */
  readonly impersonated?: string;
  /** `get`, `list`, `watch`, `create`, … as RBAC calls it; the HTTP method in lower case for URLs that are no resources. */
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly userAgent: string;
  readonly uri: string;
  /** The HTTP status of the answer. */
  readonly code: number;
  /** When the request came in. */
  readonly at: Date;
}

/** A place in a server's audit log. */
export interface AuditMark {
  readonly server: ServerDescription;
  readonly bytes: number;
}

/** Reads the whole log when called; `mark` and `since` give a test its own window. */
export interface AuditReader {
  (server: ServerDescription): Promise<readonly AuditEvent[]>;
  mark(server: ServerDescription): Promise<AuditMark>;
  /** What came after the mark and is finished now. Requests of other tests in the same time are in it too: filter by user agent or user. */
  since(mark: AuditMark): Promise<readonly AuditEvent[]>;
}

/** The agent of our own requests that find the end of the log; they never show. */
const SENTINEL = 'fleet-audit-sentinel';
const DEADLINE_MS = 5_000;

/** A reader for the servers of one fleet. */
export function auditReader(): AuditReader {
  const since = async (mark: AuditMark) => parse(await settled(mark));
  return Object.assign((server: ServerDescription) => since({ server, bytes: 0 }), {
    mark: async (server: ServerDescription) => ({ server, bytes: (await stat(logOf(server))).size }),
    since,
  });
}

/**
 * An answer may reach the client a moment before its line is in the log. So we send a request of our own and wait for its line: it stands
 * behind everything that was answered before.
 */
async function settled(mark: AuditMark): Promise<string> {
  const id = `${process.pid}-${performance.now()}`;
  await adminGet(mark.server, `/version?sentinel=${id}`, SENTINEL);
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const text = await readFrom(logOf(mark.server), mark.bytes);
    if (text.includes(id)) return text;
    if (performance.now() > deadline)
      throw new Error(`the audit log of ${mark.server.name} does not show our own request`);
    await sleep(10);
  }
}

function logOf(server: ServerDescription): string {
  if (server.auditLog) return server.auditLog;
  throw new Error(`server ${server.name} keeps no audit log that we could read`);
}

async function readFrom(path: string, position: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const length = (await file.stat()).size - position;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Turns JSON lines into events: only finished requests, ours left out, a half-written last line too. */
export function parse(text: string): readonly AuditEvent[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RawEvent)
    .filter((event) => event.stage === 'ResponseComplete' && event.userAgent !== SENTINEL)
    .map(eventOf);
}

interface RawEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username?: string };
  readonly impersonatedUser?: { readonly username?: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
}

function eventOf(raw: RawEvent): AuditEvent {
  const { apiGroup, resource, subresource, namespace, name } = raw.objectRef ?? {};
  const impersonated = raw.impersonatedUser?.username;
  return {
    user: raw.user.username ?? '',
    ...(impersonated ? { impersonated } : {}),
    verb: raw.verb,
    ...(apiGroup ? { group: apiGroup } : {}),
    ...(resource ? { resource } : {}),
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    userAgent: raw.userAgent ?? '',
    uri: raw.requestURI,
    code: raw.responseStatus?.code ?? 0,
    at: new Date(raw.requestReceivedTimestamp),
  };
}
