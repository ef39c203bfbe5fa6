import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { ClientObserver } from '../../src/client/restclient.ts';
import { Secret } from '../../src/client/secret.ts';
import { json, listen, startServer, status } from './apiserver.ts';
import { attempt, closeAll, configFor, errorOf, get, transports } from './harness.ts';

afterAll(closeAll);

describe('one request', () => {
  test('goes to the path below the server, with query, headers and body as asked', async () => {
    const heard: string[] = [];
    const server = await startServer((request, response) => {
      request.on('data', (chunk) => heard.push(String(chunk)));
      request.on('end', () => json(response, { ok: true }));
    });
    const client = transports().open(await configFor(`${server.url}/k8s/clusters/c1`));
    const answer = await client.json(
      {
        method: 'PATCH',
        path: '/api/v1/pods',
        query: [
          ['labelSelector', 'a=b,c in (d)'],
          ['limit', '5'],
        ],
        accept: 'application/json;as=Table',
        body: '{"ä":1}',
        contentType: 'application/merge-patch+json',
      },
      attempt(),
    );
    expect(answer).toEqual({ ok: true });
    const [request] = server.requests;
    expect(request?.method).toBe('PATCH');
    expect(request?.url).toBe('/k8s/clusters/c1/api/v1/pods?labelSelector=a%3Db%2Cc+in+%28d%29&limit=5');
    expect(request?.headers).toMatchObject({
      accept: 'application/json;as=Table',
      'user-agent': 'kubectl-mc/test',
      'accept-encoding': 'gzip',
      'content-type': 'application/merge-patch+json',
      'content-length': '8',
    });
    expect(heard.join('')).toBe('{"ä":1}');
    server.close();
  });

  test.each(['POST', 'PUT', 'DELETE'] as const)('%s carries its body', async (method) => {
    const server = await startServer((request, response) => {
      const body: Buffer[] = [];
      request.on('data', (chunk: Buffer) => body.push(chunk));
      request.on('end', () => json(response, { heard: Buffer.concat(body).toString() }));
    });
    const client = transports().open(await configFor(server.url));
    const send = (body: string | Uint8Array) => client.json({ method, path: '/x', body }, attempt());
    expect(await send('{"kind":"Ü"}')).toEqual({ heard: '{"kind":"Ü"}' });
    expect(await send(new TextEncoder().encode('{}'))).toEqual({ heard: '{}' });
    expect(server.connections()).toBe(1);
    server.close();
  });

  test('sends the impersonated user with groups, uid and extra, as UTF-8', async () => {
    const server = await startServer((_, response) => json(response, {}));
    const config = await configFor(server.url, {
      impersonate: { user: 'jürgen', uid: '7', groups: ['a', 'b'], extra: { 'example.com/scope': ['x'] } },
    });
    const client = transports().open(config);
    await get(client);
    await client.do({ method: 'POST', path: '/x', body: '"ü"' }, attempt());
    for (const { headers } of server.requests)
      expect(Buffer.from(String(headers['impersonate-user']), 'latin1').toString()).toBe('jürgen');
    const { headers, rawHeaders } = server.requests[0]!;
    expect(headers['impersonate-uid']).toBe('7');
    expect(headers['impersonate-extra-example.com%2fscope']).toBe('x');
    expect(rawHeaders.filter((_, i) => rawHeaders[i - 1] === 'Impersonate-Group')).toEqual(['a', 'b']);
    server.close();
  });

  test('reads gzip of every size, and asks for none where compression is off', async () => {
    const big = { items: Array.from({ length: 60_000 }, (_, i) => ({ name: `pod-${i}-${(i * 7919) % 65537}` })) };
    const server = await startServer((request, response) => {
      const body = Buffer.from(JSON.stringify(request.url === '/big' ? big : { small: 'ü' }));
      if (request.headers['accept-encoding'] !== 'gzip') return void response.end(body);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });
    const client = transports().open(await configFor(server.url));
    expect(await get(client, '/small')).toEqual({ small: 'ü' });
    expect(await get(client, '/big')).toEqual(big);
    const plain = transports().open(await configFor(server.url, { disableCompression: true }));
    expect(await get(plain, '/small')).toEqual({ small: 'ü' });
    expect(server.requests[2]?.headers['accept-encoding']).toBeUndefined();
    server.close();
  });

  test('hands on warnings with their quoting undone', async () => {
    const heard: string[] = [];
    const server = await startServer((_, response) => {
      response.setHeader('Warning', ['299 - "policy/v1beta1 is \\"gone\\", soon"', '299 - "two", 299 - "three"']);
      json(response, {});
    });
    const observer: ClientObserver = { warning: (_, text) => heard.push(text) };
    await get(transports({ observer }).open(await configFor(server.url)));
    expect(heard).toEqual(['policy/v1beta1 is "gone", soon', 'two', 'three']);
    server.close();
  });

  test('shows every exchange with masked credentials', async () => {
    const seen: unknown[] = [];
    const server = await startServer((_, response) => {
      response.setHeader('Set-Cookie', 'session=s3cret');
      json(response, { a: 1 });
    });
    const observer: ClientObserver = { exchange: (info) => seen.push(info) };
    const config = await configFor(server.url, { auth: { token: new Secret('s3cret') }, impersonate: { user: 'bob' } });
    const client = transports({ observer }).open(config);
    await get(client, '/x');
    server.close();
    await errorOf(get(client, '/y'));
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: `${server.url}/x`,
      status: 200,
      headers: { Authorization: 'Bearer <masked>', 'Impersonate-User': 'bob', Accept: 'application/json' },
      responseHeaders: { 'set-cookie': '<masked>', 'content-type': 'application/json' },
    });
    expect(seen.slice(1)).toHaveLength(3);
    expect(seen[1]).toMatchObject({ url: `${server.url}/y`, error: expect.stringContaining('127.0.0.1') });
    expect(JSON.stringify(seen)).not.toContain('s3cret');
  });

  test('is refused by the guard before anything is sent', async () => {
    const server = await startServer((_, response) => json(response, {}));
    const guard = () => {
      throw new Error('read-only');
    };
    const client = transports().open(await configFor(server.url), { guard });
    await expect(client.do({ method: 'DELETE', path: '/x' }, attempt())).rejects.toThrow('read-only');
    expect(server.connections()).toBe(0);
    server.close();
  });
});

describe('an answer that cannot be used', () => {
  const cases: [string, (url: string) => [number, Record<string, string>, Buffer | string], RegExp][] = [
    [
      'a web page',
      () => [200, { 'content-type': 'text/html; charset=utf-8' }, '<html>\n\u001b[31mlogin</html>'],
      /^the server's answer is not JSON \(text\/html, 24 bytes: "<html> \\u001b\[31mlogin<\/html>"\)$/,
    ],
    [
      'JSON that ends too soon',
      () => [200, { 'content-type': 'application/json' }, '{"data":{"password":"s3cr'],
      /^the server's answer is not JSON \(application\/json, 25 bytes\)$/,
    ],
    ['nothing', () => [200, {}, ''], /not JSON \(no content type, 0 bytes\)/],
    [
      'corrupt gzip',
      () => [
        200,
        { 'content-encoding': 'gzip' },
        Buffer.concat([gzipSync('{"a":"bbbbbbbb"}').subarray(0, 20), Buffer.alloc(9)]),
      ],
      /gzip data are corrupt/,
    ],
    [
      'gzip that ends too soon',
      () => [200, { 'content-encoding': 'gzip' }, gzipSync('{"a":"bbbbbbbb"}').subarray(0, 20)],
      /gzip data are corrupt/,
    ],
    ['an unknown encoding', () => [200, { 'content-encoding': 'br' }, 'x'], /encoding nobody asked for/],
    ['too much', () => [200, {}, `"${'x'.repeat(5000)}"`], /^the answer is larger than 4096 bytes/],
    [
      'too much behind gzip',
      () => [200, { 'content-encoding': 'gzip' }, gzipSync(`"${'x'.repeat(5000)}"`)],
      /^the answer is larger than 4096 bytes/,
    ],
    [
      'a teapot',
      () => [418, { 'content-type': 'text/plain' }, 'short and stout'],
      /^the server answered 418 \(text\/plain, 15 bytes: "short and stout"\)$/,
    ],
  ];
  test.each(cases)('%s', async (_, answer, message) => {
    const server = await startServer((_request, response) => {
      const [code, headers, body] = answer(server.url);
      response.writeHead(code, headers).end(body);
    });
    const error = await errorOf(get(transports({ maxBodyBytes: 4096 }).open(await configFor(server.url))));
    expect(error).toMatchObject({ type: 'InvalidResponse', message: expect.stringMatching(message), retriable: false });
    expect(server.requests).toHaveLength(1);
    server.close();
  });

  test('a redirect is not followed and its host hears nothing', async () => {
    const sink = await startServer((_, response) => json(response, {}));
    const server = await startServer((_, response) =>
      response.writeHead(302, { location: `${sink.url}/login?state=s3cret` }).end(),
    );
    const error = await errorOf(
      get(transports().open(await configFor(server.url, { auth: { token: new Secret('t') } }))),
    );
    expect(error).toMatchObject({
      type: 'InvalidResponse',
      code: 302,
      message: `the server answered 302 and points to 127.0.0.1:${sink.port}; redirects are not followed`,
    });
    expect(sink.connections()).toBe(0);
    server.close();
    sink.close();
  });

  test('something that is not HTTP', async () => {
    const server = await startServer((_, response) => {
      response.socket?.write('SSH-2.0-OpenSSH\r\n\r\n');
    });
    expect(await errorOf(get(transports().open(await configFor(server.url))))).toMatchObject({
      type: 'InvalidResponse',
    });
    server.close();
  });
});

describe('a refusal of the server', () => {
  const named = { details: { name: 'x', kind: 'pods' } };
  test.each<[number, object | string, object]>([
    [400, status(400, 'BadRequest', 'bad'), { type: 'Invalid', message: 'bad', reason: 'BadRequest' }],
    [
      401,
      status(401, 'Unauthorized', 'Unauthorized'),
      { type: 'Unauthorized', message: 'the server does not accept the credentials (Unauthorized)' },
    ],
    [
      403,
      status(403, 'Forbidden', 'pods is forbidden: User "a"'),
      { type: 'Forbidden', message: 'pods is forbidden: User "a"' },
    ],
    [
      404,
      status(404, 'NotFound', 'pods "x" not found', named),
      { type: 'NotFound', message: 'pods "x" not found', reason: 'NotFound' },
    ],
    [
      404,
      status(404, 'NotFound', 'the server could not find the requested resource', { details: {} }),
      { type: 'NotFound', message: 'the server could not find the requested resource', reason: 'NoMatch' },
    ],
    [
      404,
      '404 page not found\n',
      { type: 'NotFound', message: 'the server could not find the requested resource', reason: 'NoMatch' },
    ],
    [405, status(405, 'MethodNotAllowed', 'no'), { type: 'Invalid', reason: 'MethodNotAllowed' }],
    [409, status(409, 'AlreadyExists', 'exists'), { type: 'Conflict', reason: 'AlreadyExists' }],
    [410, status(410, 'Expired', 'too old'), { type: 'Invalid', reason: 'Expired' }],
    [422, status(422, 'Invalid', 'spec.x'), { type: 'Invalid', message: 'spec.x' }],
    [429, status(429, 'TooManyRequests', 'slow down'), { type: 'TooManyRequests', retriable: true }],
    [500, status(500, 'InternalError', 'boom'), { type: 'ServerError', message: 'boom', retriable: false }],
    [
      503,
      'no backends',
      {
        type: 'ServerError',
        message: 'the server answered 503 (text/plain, 11 bytes: "no backends")',
        retriable: true,
      },
    ],
  ])('%s %j', async (code, body, expected) => {
    const server = await startServer((_, response) => {
      if (typeof body === 'string') response.writeHead(code, { 'content-type': 'text/plain' }).end(body);
      else json(response, body, code);
    });
    const client = transports({ retry: { more: 0 } }).open(await configFor(server.url));
    expect(await errorOf(get(client))).toMatchObject({ code, ...expected });
    expect(await errorOf(client.do({ method: 'POST', path: '/x' }, attempt()))).toMatchObject({ code, sent: 'yes' });
    server.close();
  });
});

test('close ends requests under way at once, and nothing is opened afterwards', async () => {
  const server = await startServer(() => {});
  const made = transports();
  const client = made.open(await configFor(server.url));
  const work = errorOf(get(client));
  while (server.requests.length === 0) await new Promise((done) => setImmediate(done));
  made.close();
  expect(await work).toMatchObject({ type: 'Canceled' });
  expect(await errorOf(get(client))).toMatchObject({ type: 'Canceled' });
  expect(server.connections()).toBe(1);
  server.close();
});

test('a token that no header can carry is refused without being shown', async () => {
  const sink = await listen(createServer());
  const config = await configFor(`https://127.0.0.1:${sink.port}`, { auth: { token: new Secret('s3c\nret') } });
  const error = await errorOf(get(transports().open(config)));
  expect(error).toMatchObject({ type: 'Invalid' });
  expect(JSON.stringify(error)).not.toContain('s3c');
  sink.close();
});
