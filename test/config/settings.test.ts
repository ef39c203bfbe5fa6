import { expect, test } from 'vitest';
import { environmentSettings } from '../../src/config/settings.ts';

test('each variable has its setting; empty ones have none', () => {
  expect(environmentSettings({})).toEqual({});
  expect(
    environmentSettings({
      KUBECTL_MC_CLUSTERS: 'a,b',
      KUBECTL_MC_HUB_CONTEXT: 'hub',
      KUBECTL_MC_NAMESPACE: '',
      KUBECTL_MC_KUBECONFIG: '/k',
      KUBECTL_MC_CONTEXT: 'pin',
      KUBECTL_MC_CONFIG: '/c',
      KUBECTL_MC_MAPPING: '/m',
      KUBECTL_MC_OTHER: 'x',
    }),
  ).toEqual({ clusters: 'a,b', hubContext: 'hub', kubeconfig: '/k', pin: 'pin', config: '/c', mapping: '/m' });
});
