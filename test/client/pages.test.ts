import { afterAll, describe, expect, test } from 'vitest';
import { type ListRequest, listPages } from '../../src/client/pages.ts';
import { json, startServer, status } from './apiserver.ts';
import { attempt, closeAll, configFor, errorOf, transports } from './harness.ts';

afterAll(closeAll);

const names = Array.from({ length: 7 }, (_, i) => `pod-${i}`);

/** A server with seven pods; tokens are offsets, and those in `expired` are answered 410. */
async function listing(expired: readonly string[] = [], offer?: string) {
  const server = await startServer((request, response) => {
    const query = new URL(request.url!, 'https://x').searchParams;
    const token = query.get('continue') ?? '';
    if (expired.includes(token))
      return json(
        response,
        { ...status(410, 'Expired', 'too old'), metadata: offer === undefined ? {} : { continue: offer } },
        410,
      );
    const from = Number(token.replace(/^new-/, '') || 0);
    const to = query.has('limit') ? from + Number(query.get('limit')) : names.length;
    json(response, {
      kind: 'PodList',
      metadata: to < names.length ? { continue: String(to) } : {},
      items: names.slice(from, to),
    });
  });
  return {
    server,
    urls: () => server.requests.map(({ url }) => url!.replace('/api/v1/pods?', '').replace('/api/v1/pods', '')),
  };
}

async function read(url: string, more: Partial<ListRequest> = {}): Promise<unknown[]> {
  const seen: unknown[] = [];
  const client = transports().open(await configFor(url));
  for await (const page of listPages(client, { path: '/api/v1/pods', limit: 3, ...more }, attempt()))
    seen.push(page.restart ? 'restart' : page.body['items']);
  return seen;
}

describe('a list', () => {
  test('comes in pages, the asked version only with the first', async () => {
    const { server, urls } = await listing();
    const query = [
      ['labelSelector', 'a'],
      ['resourceVersion', '0'],
    ] as const;
    expect(await read(server.url, { query })).toEqual([names.slice(0, 3), names.slice(3, 6), names.slice(6)]);
    expect(urls()).toEqual([
      'labelSelector=a&resourceVersion=0&limit=3',
      'labelSelector=a&limit=3&continue=3',
      'labelSelector=a&limit=3&continue=6',
    ]);
    server.close();
  });

  test('comes all at once with limit 0, and tells its size', async () => {
    const { server, urls } = await listing();
    const client = transports().open(await configFor(server.url));
    const pages: unknown[] = [];
    for await (const page of listPages(client, { path: '/api/v1/pods', limit: 0 }, attempt())) pages.push(page);
    expect(pages).toEqual([{ body: { kind: 'PodList', metadata: {}, items: names }, bytes: expect.any(Number) }]);
    expect(urls()).toEqual(['']);
    server.close();
  });

  test('that expires in the middle begins again, whole', async () => {
    const { server, urls } = await listing(['3']);
    expect(await read(server.url)).toEqual([names.slice(0, 3), 'restart', names]);
    expect(urls()).toEqual(['limit=3', 'limit=3&continue=3', '']);
    server.close();
  });

  test('that expires goes on with the offered token where that is wanted', async () => {
    const { server, urls } = await listing(['3'], 'new-3');
    expect(await read(server.url, { onExpired: 'continue' })).toEqual([
      names.slice(0, 3),
      names.slice(3, 6),
      names.slice(6),
    ]);
    expect(urls()[2]).toBe('limit=3&continue=new-3');
    server.close();
  });

  test.each<[string, readonly string[], string | undefined, Partial<ListRequest>]>([
    ['at once', [''], undefined, {}],
    ['without a token to go on with', ['3'], undefined, { onExpired: 'continue' }],
    ['with the token that expired', ['3'], '3', { onExpired: 'continue' }],
  ])('that expires %s fails', async (_, expired, offer, more) => {
    const { server } = await listing(expired, offer);
    expect(await errorOf(read(server.url, more))).toMatchObject({ type: 'Invalid', reason: 'Expired', code: 410 });
    server.close();
  });

  test('that never ends, or is none, is an invalid answer', async () => {
    const forever = await startServer((_, response) => json(response, { metadata: { continue: 'again' }, items: [] }));
    expect(await errorOf(read(forever.url))).toMatchObject({
      type: 'InvalidResponse',
      message: expect.stringContaining('same page'),
    });
    forever.close();
    const text = await startServer((_, response) => json(response, 'ok'));
    expect(await errorOf(read(text.url))).toMatchObject({
      type: 'InvalidResponse',
      message: expect.stringContaining('not a list'),
    });
    text.close();
  });

  test('whose page is cut is read again whole, so that nothing comes twice', async () => {
    let cuts = 1;
    const { server } = await listing();
    const flaky = await startServer((request, response) => {
      if (request.url!.includes('continue=3') && cuts-- > 0) {
        response.writeHead(200, { 'content-length': '1000' });
        return void response.write('{"items":["pod-3"', () => response.socket?.destroy());
      }
      const from = Number(new URL(request.url!, 'https://x').searchParams.get('continue') ?? 0);
      json(response, {
        metadata: from + 3 < 7 ? { continue: String(from + 3) } : {},
        items: names.slice(from, from + 3),
      });
    });
    expect((await read(flaky.url)).flat()).toEqual(names);
    flaky.close();
    server.close();
  });
});
