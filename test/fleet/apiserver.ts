import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Child, startChild } from './child.ts';
import type { ServerDescription } from './fleet.ts';
import { adminKubeconfig } from './kubeconfig.ts';
import { type CA, issue, makeCA, makeKeyPair } from './pki.ts';
import { adminGet } from './probe.ts';
import type { Login, Place } from './users.ts';

/** What one API server needs from its fleet. */
export interface ApiserverOptions {
  readonly name: Place;
  readonly program: string;
  readonly dir: string;
  readonly port: number;
  readonly etcd: string;
  readonly clientCA: CA;
  readonly tokenAuthFile: string;
  /** A system:masters user, for the admin kubeconfig. */
  readonly admin: Login;
  /** Further flags, as those of another way to log in. */
  readonly flags?: readonly string[];
}

/** A started API server; `ready` must be awaited before it is used. */
export interface Apiserver {
  readonly child: Child;
  ready(): Promise<ServerDescription>;
}

/** Everything a person or kubectl does is written down at once; what the server says to itself is not. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'None', users: ['system:apiserver'] }, { level: 'Metadata' }],
};

const READY_MS = 60_000;

/** Starts one API server in a folder of its own, with its own CA, service account keys, audit log and etcd prefix. */
export async function startApiserver(options: ApiserverOptions): Promise<Apiserver> {
  const { name, port } = options;
  const dir = join(options.dir, name);
  await mkdir(dir);
  const file = async (base: string, text: string) => {
    await writeFile(join(dir, base), text, { mode: 0o600 });
    return join(dir, base);
  };
  const ca = await makeCA(`fleet ${name} CA`);
  const sans = ['127.0.0.1', 'localhost', `${name.toLowerCase()}.fleet.test`];
  const [serving, accounts] = await Promise.all([issue(ca, { cn: `kube-apiserver-${name}`, sans }), makeKeyPair()]);
  const url = `https://127.0.0.1:${port}`;
  const auditLog = join(dir, 'audit.log');
  const accountKey = await file('service-accounts.key', accounts.privateKey);
  const adminPath = await file('admin.kubeconfig', adminKubeconfig(name, url, ca.cert, options.admin));
  const child = startChild(
    name,
    [
      options.program,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${dir}`,
      `--tls-cert-file=${await file('serving.crt', serving.cert + ca.cert)}`,
      `--tls-private-key-file=${await file('serving.key', serving.key)}`,
      `--client-ca-file=${await file('client-ca.crt', options.clientCA.cert)}`,
      `--token-auth-file=${await file('tokens.csv', options.tokenAuthFile)}`,
      '--authorization-mode=RBAC',
      `--etcd-servers=${options.etcd}`,
      `--etcd-prefix=/${name}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${await file('service-accounts.pub', accounts.publicKey)}`,
      `--service-account-signing-key-file=${accountKey}`,
      // Nobody makes the default service accounts here, so pods must do without.
      '--disable-admission-plugins=ServiceAccount',
      '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.0.0.0/24',
      `--audit-policy-file=${await file('audit-policy.yaml', stringify(AUDIT_POLICY))}`,
      `--audit-log-path=${auditLog}`,
      '--audit-log-mode=blocking',
      '--allow-privileged',
      '--profiling=false',
      ...(options.flags ?? []),
    ],
    { dir },
  );
  const seen = { name, url, ca: ca.cert, adminKubeconfig: adminPath, auditLog };
  return {
    child,
    async ready() {
      await waitForReady(seen, child);
      const version = (JSON.parse((await adminGet(seen, '/version')).body) as { gitVersion: string }).gitVersion;
      const pid = child.pid();
      return { ...seen, version, ...(pid === undefined ? {} : { pid }) };
    },
  };
}

async function waitForReady(
  server: { name: string; url: string; ca: string; adminKubeconfig: string },
  child: Child,
): Promise<void> {
  const deadline = performance.now() + READY_MS;
  let last = '';
  while (performance.now() < deadline) {
    if (child.exited()) throw new Error(`API server ${server.name} ended: ${child.lastWords()} (log: ${child.log})`);
    try {
      const answer = await adminGet(server, '/readyz');
      if (answer.status === 200) return;
      last = answer.body.split('\n').find((line) => line.startsWith('[-]')) ?? String(answer.status);
    } catch (error) {
      last = (error as Error).message;
    }
    await sleep(50);
  }
  throw new Error(`API server ${server.name} is not ready after ${READY_MS / 1000} s: ${last} (log: ${child.log})`);
}
