/** A whole fleet in this process: a hub and up to some thousand members that answer as real API servers do. */
import { isCertificateFault, isTransportFault } from '../faults/fault.ts';
import { type FaultProxy, startProxy } from '../faults/proxy.ts';
import { serverCertificate } from '../faults/responder.ts';
import { type CA, issue, makeCA } from '../pki.ts';
import { makeAudit } from './audit.ts';
import { makeCluster, type SimulatedCluster } from './cluster.ts';
import { makeContents } from './contents.ts';
import type { SimulatedFleet, SimulatedOptions, SimulatedServer } from './fleet-api.ts';
import { writeHome } from './home.ts';
import { makeIdentities } from './identity.ts';
import { type Listener, listen, splitPrefix } from './listener.ts';
import { makeReplyCache } from './reply-cache.ts';

/** Starts the fleet; nothing is generated before somebody asks for it. */
export async function openSimulated(options: SimulatedOptions): Promise<SimulatedFleet> {
  const { names, withHub } = namesOf(options);
  const ca = await makeCA('simulated fleet');
  const [valid, admin] = await Promise.all([serverCertificate(ca), issue(ca, { cn: 'admin', o: 'system:masters' })]);
  const identities = makeIdentities();
  const audit = makeAudit();
  const cache = makeReplyCache();
  const servers = new Map<string, SimulatedServer>();
  const contents = makeContents(options, names, () => ({ servers, caData: Buffer.from(ca.cert).toString('base64') }));
  const clusters = new Map<string, SimulatedCluster>();
  for (const name of withHub) {
    const fault = options.faults?.[name];
    const rules = fault && !isTransportFault(fault) && !isCertificateFault(fault) ? [fault] : [];
    const made = { contents: contents(name), rules, delayMs: options.delayMs ?? 0, identities, cache };
    clusters.set(name, makeCluster({ ...made, record: audit.add }));
  }

  const proxies = new Map<string, FaultProxy>();
  const listeners: Listener[] = [];
  const close = async () => {
    await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const shared = await openShared();
    for (const [index, name] of withHub.entries()) {
      const prefix = name === hubName ? '/hub' : `/clusters/${encodeURIComponent(name)}`;
      const base = await baseOf(name, shared[index % shared.length], prefix);
      servers.set(name, { name, url: base, token: identities.tokenFor(name) });
    }
  } catch (error) {
    await close();
    throw error;
  }

  const server = (name: string) => {
    const found = servers.get(name);
    if (!found) throw new Error(`the simulated fleet has no cluster ${name}`);
    return found;
  };
  const fleet: SimulatedFleet = {
    ca: ca.cert,
    members: names.map(server),
    hub: servers.get(hubName),
    admin: { token: identities.adminToken, ...admin },
    audit,
    proxies,
    server,
    async setFault(name, fault) {
      if (!('kind' in fault)) return clusters.get(server(name).name)?.rules.set(fault);
      const proxy = proxies.get(name);
      if (!proxy)
        throw new Error(`${name} has no proxy: open the fleet with a transport fault for it, {kind: 'pass'} will do`);
      await proxy.set(fault);
    },
    writeHome: (dir, home) => writeHome(fleet, dir, home),
    async openConnections() {
      const counts = await Promise.all(listeners.map((listener) => listener.openConnections));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    close,
  };
  return fleet;

  async function openShared(): Promise<readonly Listener[]> {
    const count = options.ports === 'each' ? 1 : Math.max(1, options.ports ?? 4);
    const opened = await Promise.all(Array.from({ length: count }, () => listen(valid, ca.cert, byPrefix)));
    listeners.push(...opened);
    return opened;
  }

  /** The URL of a cluster: a shared port, or its own port with what the fault needs. */
  async function baseOf(name: string, shared: Listener | undefined, prefix: string): Promise<string> {
    const fault = options.faults?.[name];
    const wrong = fault && isCertificateFault(fault) ? fault.kind : undefined;
    const own = options.ports === 'each' && name !== hubName;
    const listener = wrong || own ? await openOwn(name, ca, wrong) : shared;
    if (!listener) throw new Error('no listener');
    const path = listener === shared ? prefix : '';
    if (!fault || !isTransportFault(fault)) return `${listener.url}${path}`;
    const proxy = await startProxy({ target: { port: listener.port }, fault });
    proxies.set(name, proxy);
    return `${proxy.url}${path}`;
  }

  async function openOwn(name: string, ca: CA, wrong: Parameters<typeof serverCertificate>[1]): Promise<Listener> {
    const certificate = wrong ? await serverCertificate(ca, wrong) : valid;
    const handler = clusters.get(name)?.handler;
    const listener = await listen(certificate, ca.cert, (url) => handler && { handler, url });
    listeners.push(listener);
    return listener;
  }

  function byPrefix(url: string) {
    const split = splitPrefix(url);
    const cluster = split && clusters.get(split.cluster ?? hubName);
    return split && cluster && { handler: cluster.handler, url: split.url };
  }
}

/** The hub's name wherever clusters are named. */
const hubName = 'hub';

function namesOf(options: SimulatedOptions) {
  const digits = Math.max(3, String(options.members).length);
  const nameOf = options.names ?? ((index: number) => `c${String(index + 1).padStart(digits, '0')}`);
  const names = Array.from({ length: options.members }, (_, index) => nameOf(index));
  const withHub = options.hub === false ? names : [hubName, ...names];
  const unknown = Object.keys(options.faults ?? {}).filter((name) => !withHub.includes(name));
  if (unknown.length > 0) throw new Error(`faults for clusters that are not there: ${unknown.join(', ')}`);
  if (new Set(withHub).size !== withHub.length)
    throw new Error('two clusters of the same name (the hub is called hub)');
  return { names, withHub };
}
