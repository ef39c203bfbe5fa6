import type { FlagSpec } from './flag.ts';

const wayOut = 'use --clusters, --pin or --hub-context';
const one = `kubectl mc talks to many clusters; ${wayOut}`;
const own = `kubectl mc talks to many clusters and takes the address and the credentials of each from its kubeconfig context; ${wayOut}`;

function refuse(name: string, hint: string, short?: string): FlagSpec {
  return { name, kind: 'refused', help: `not accepted by kubectl mc`, hint, hidden: true, ...(short && { short }) };
}

/** kubectl's flags that name one cluster or one identity: known, so that they are refused with the way out and never passed on. */
export const refusedFlags: readonly FlagSpec[] = [
  refuse('context', one),
  refuse('cluster', one),
  refuse('server', own, 's'),
  refuse('token', own),
  refuse('user', own),
  refuse('username', own),
  refuse('password', own),
  refuse('client-certificate', own),
  refuse('client-key', own),
  refuse('certificate-authority', own),
  refuse('insecure-skip-tls-verify', own),
  refuse('tls-server-name', own),
];
