import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** `count` different ports of 127.0.0.1 that nobody listens on right now; another process may take one before it is used. */
export async function freePorts(count: number): Promise<readonly number[]> {
  // All at once, so that the kernel cannot hand out the same one twice.
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
