/** Services of the three usual types. */
import { age } from '../age.ts';
import { type ClusterFacts, createdMs, type Item, metadata, selectorCell } from '../item.ts';

interface ServiceSeed {
  readonly name: string;
  readonly namespace: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly ip: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly external?: string;
  readonly app?: string;
}

function seeds(facts: ClusterFacts): ServiceSeed[] {
  const { namespace } = facts;
  return [
    { name: 'kubernetes', namespace: 'default', type: 'ClusterIP', ip: '10.0.0.1', port: 443 },
    { name: 'cache', namespace, type: 'ClusterIP', ip: '10.0.0.21', port: 6379, app: 'cache' },
    { name: 'api', namespace, type: 'NodePort', ip: '10.0.0.22', port: 8080, nodePort: 30080, app: 'api' },
    {
      name: 'web',
      namespace,
      type: 'LoadBalancer',
      ip: '10.0.0.23',
      port: 443,
      nodePort: 30443,
      external: `198.51.100.${1 + (facts.index % 250)}`,
      app: 'web',
    },
  ];
}

/** Services as items. */
export function services(facts: ClusterFacts): Item[] {
  return seeds(facts).map((seed) => {
    const { name, namespace, type, ip, port, nodePort, external, app } = seed;
    const created = createdMs(facts, `services/${name}`);
    const selector = app === undefined ? undefined : { app };
    const labels: Record<string, string> =
      app === undefined ? { component: 'apiserver', provider: 'kubernetes' } : { app };
    return {
      name,
      namespace,
      labels,
      fields: { 'spec.type': type, 'spec.clusterIP': ip },
      cells: (now) => [
        name,
        type,
        ip,
        external ?? '<none>',
        nodePort === undefined ? `${port}/TCP` : `${port}:${nodePort}/TCP`,
        age(now - created),
        selectorCell(selector),
      ],
      object: () => ({
        metadata: metadata(facts, 'services', {
          name,
          namespace,
          createdMs: created,
          labels,
          managed: [['kubectl-client-side-apply', 'v1', { 'f:spec': { 'f:ports': {}, 'f:type': {} } }]],
        }),
        spec: {
          ports: [
            {
              name: 'main',
              protocol: 'TCP',
              port,
              targetPort: port,
              ...(nodePort === undefined ? {} : { nodePort }),
            },
          ],
          ...(selector === undefined ? {} : { selector }),
          clusterIP: ip,
          clusterIPs: [ip],
          type,
          sessionAffinity: 'None',
          ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Cluster' }),
          ipFamilies: ['IPv4'],
          ipFamilyPolicy: 'SingleStack',
          ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
          internalTrafficPolicy: 'Cluster',
        },
        status: {
          loadBalancer: external === undefined ? {} : { ingress: [{ ip: external, ipMode: 'VIP' }] },
        },
      }),
    };
  });
}
