import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { openCredentials } from '../../src/client/credentials.ts';
import type { RESTClient } from '../../src/client/restclient.ts';
import { openTransports } from '../../src/client/transports.ts';
import { credentialFiles } from '../../src/commands/credentialfiles.ts';
import { loadFile } from '../../src/kubeconfig/load.ts';
import { restConfigFor } from '../../src/kubeconfig/restconfig.ts';
import { systemClock } from '../../src/system/clock.ts';
import { attachFleet } from './attach.ts';

const fleet = attachFleet();
const attempt = { signal: new AbortController().signal, offClock: <T>(work: Promise<T>) => work, established() {} };

interface Seen {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
}

const shown = (items: readonly unknown[]) =>
  (items as readonly Seen[]).map(({ metadata: { name, uid, resourceVersion } }) => `${name} ${uid} ${resourceVersion}`);

describe.skipIf(!fleet)('our client and client-node on the same kubeconfig', () => {
  // Not dave: client-node takes no notice of a user's tokenFile and asks as nobody.
  test.each(['alice', 'bob', 'admin'] as const)('%s gets the same answers', async (user) => {
    const clusters = (['A', 'C'] as const).map((server) => ({ name: server.toLowerCase(), server, user }));
    const path = await fleet!.kubeconfig({ clusters });
    const config = new KubeConfig();
    config.loadFromFile(path);
    const clock = systemClock();
    const ours = openTransports({
      clock,
      userAgent: 'test',
      credentials: openCredentials({ clock, files: credentialFiles }),
    });
    try {
      const loaded = await loadFile(path, path);
      for (const { name: context } of config.getContexts()) {
        config.setCurrentContext(context);
        const theirs = config.makeApiClient(CoreV1Api);
        const client: RESTClient = ours.open((await restConfigFor(loaded, context)).config);
        for (const [path, list] of [
          ['/api/v1/namespaces/team-a/pods', () => theirs.listNamespacedPod({ namespace: 'team-a' })],
          ['/api/v1/namespaces', () => theirs.listNamespace()],
          ['/api/v1/nodes', () => theirs.listNode()],
        ] as const) {
          const mine = await client.json<{ items: unknown[] }>({ method: 'GET', path }, attempt).then(
            ({ items }) => shown(items),
            (error) => error.error.code,
          );
          const other = await list().then(
            ({ items }) => shown(items as unknown[]),
            (error) => error.code,
          );
          expect(mine, `${context} ${path}`).toEqual(other);
        }
      }
    } finally {
      ours.close();
    }
  });
});
