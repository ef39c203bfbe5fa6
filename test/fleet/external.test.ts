import { dirname } from 'node:path';
import { VersionApi } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { attachFleet } from './attach.ts';
import { openExternal } from './external.ts';

const fleet = attachFleet();

describe("somebody's own clusters", () => {
  it('need a KUBECONFIG', async () => {
    await expect(openExternal({})).rejects.toThrow('FLEET=external: KUBECONFIG is not set');
  });

  describe.skipIf(fleet?.kind !== 'envtest')('in a kubeconfig', () => {
    const env = async (more: NodeJS.ProcessEnv = {}) => ({
      KUBECONFIG: await fleet!.kubeconfig({
        user: 'dave',
        hub: 'my-hub',
        clusters: [
          { name: 'one', server: 'A' },
          { name: 'two', server: 'C' },
        ],
      }),
      PATH: dirname(fleet!.kubectl),
      ...more,
    });

    it('become hub and members, with their own users', async () => {
      const external = await openExternal(await env());
      expect(external.hub.url).toBe(fleet!.hub.url);
      const { A, B, C } = external.members;
      expect([A.url, B.url, C.url]).toEqual([fleet!.members.A.url, fleet!.members.C.url, fleet!.members.A.url]);
      expect(B.version).toBe(fleet!.members.C.version);
      expect((await (await A.admin()).makeApiClient(VersionApi).getCode()).gitVersion).toBe(A.version);
      await external.stop();
    });

    it('can be chosen by name', async () => {
      const external = await openExternal(await env({ FLEET_HUB: 'two', FLEET_MEMBERS: 'one' }));
      expect([external.hub.url, external.members.C.url]).toEqual([fleet!.members.C.url, fleet!.members.A.url]);
      await external.stop();
      await expect(openExternal(await env({ FLEET_MEMBERS: 'on' }))).rejects.toThrow('there is no context on in');
    });
  });
});
