import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { execute } from '../../src/commands/execute.ts';
import type { ExitCode } from '../../src/errors.ts';
import { bufferWriter } from '../../src/streams/writer.ts';
import { systemClock } from '../../src/system/clock.ts';
import { json, pki, startServer, status, type TestServer } from '../client/apiserver.ts';
import { aggregated, types } from '../restmapper/memoryserver.ts';

/** What a server says to a request; undefined leaves it to the next one. */
export type Answer = (path: string, request: IncomingMessage) => unknown;

/** A refusal with a code. */
export function refuse(code: number, reason: string, message: string, details: object = {}): object {
  return { code, body: status(code, reason, message, { details }) };
}

/** How a command ended, and what the servers were asked. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: readonly string[];
  /** `a /api/v1/pods?limit=500`, without the questions about what is served. */
  readonly asked: readonly string[];
  readonly headers: readonly IncomingMessage['headers'][];
}

/** What a command is started with besides its arguments. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** A home with a kubeconfig for servers that live in this process. */
export interface World {
  readonly home: string;
  run(argv: readonly string[], start?: Start): Promise<Ran>;
  write(path: string, text: string): void;
}

/** Starts one API server per name; each of them serves two pods per namespace unless `answers` says otherwise. */
export async function startWorld(answers: Readonly<Record<string, Answer>>): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'mc-commands-'));
  const servers = new Map<string, TestServer>();
  for (const [name, answer] of Object.entries(answers))
    servers.set(name, await startServer((request, response) => respond(answer, request, response)));
  afterAll(() => {
    for (const server of servers.values()) server.close();
    rmSync(home, { recursive: true });
  });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, path), text, { mode: 0o600 });
  };
  const ca = Buffer.from((await pki.ca).cert).toString('base64');
  const named = (value: object) => [...servers].map(([name, { url }]) => ({ name, ...fill(value, name, url, ca) }));
  write(
    '.kube/config',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: named({ cluster: { server: 'URL', 'certificate-authority-data': 'CA' } }),
      users: named({ user: { token: 'secret-NAME' } }),
      contexts: named({ context: { cluster: 'NAME', user: 'NAME', namespace: 'ctx-NAME' } }),
    }),
  );
  // Nothing else is asked for, and nobody is told so.
  write(
    '.kube/kubectl-mc-config.yaml',
    'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: Config\ndiscovery: {api: kubeconfig}\n',
  );
  return {
    home,
    write,
    async run(argv, { env = {}, stdin = '', signal = new AbortController().signal } = {}) {
      const before = new Map([...servers].map(([name, { requests }]) => [name, requests.length]));
      const out = bufferWriter();
      const err = bufferWriter();
      const code = await execute(argv, {
        io: { in: { isTTY: false, text: async () => stdin }, out, err },
        host: { env, home, cwd: home, platform: process.platform, uid: process.geteuid?.() },
        clock: systemClock(),
        signal,
        kill() {},
        version: '9.9.9',
      });
      const requests = [...servers].flatMap(([name, server]) =>
        server.requests.slice(before.get(name)).map((request) => ({ name, request })),
      );
      const members = requests.filter(({ request }) => !/^\/apis?$/.test(request.url ?? ''));
      return {
        code,
        out: out.text(),
        err: err.text().split('\n').slice(0, -1),
        asked: members.map(({ name, request }) => `${name} ${decodeURIComponent(request.url ?? '')}`),
        headers: members.map(({ request }) => request.headers),
      };
    },
  };
}

function fill(value: object, name: string, url: string, ca: string): object {
  return JSON.parse(
    JSON.stringify(value).replaceAll('NAME', name).replaceAll('URL', url).replaceAll('"CA"', `"${ca}"`),
  );
}

function respond(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'https://x');
  const own = answer(pathname, request) as { code?: number; body?: unknown } | undefined;
  if (own?.body !== undefined) json(response, own.body, own.code ?? 200);
  else if (own !== undefined) json(response, own);
  else if (/^\/apis?$/.test(pathname)) json(response, aggregated(pathname, types));
  else json(response, standard(pathname, request.headers.accept ?? ''));
}

/** Two objects of whatever is asked, or the named one. */
function standard(path: string, accept: string): unknown {
  const [, namespace = '', , name] =
    /(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/status)?$/.exec(path) ?? [];
  const objects = (name ? [name] : ['one', 'two']).map((each) => ({
    metadata: { name: each, namespace: namespace || 'all', labels: { app: 'web' } },
  }));
  if (accept.includes('as=Table'))
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: {},
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', priority: 0 },
        { name: 'Extra', type: 'string', format: '', priority: 1 },
      ],
      rows: objects.map((object) => ({ cells: [object.metadata.name, 'x'], object })),
    };
  return name
    ? { apiVersion: 'v1', kind: 'Pod', ...objects[0] }
    : { apiVersion: 'v1', kind: 'PodList', metadata: {}, items: objects };
}
