import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { issue, makeCA } from './pki.ts';

describe('certificates made at run time', () => {
  it('carry name, groups and addresses, and are signed by the CA', async () => {
    const ca = await makeCA('test CA');
    const cert = new X509Certificate(
      (await issue(ca, { cn: 'alice', o: ['platform', 'ops'], sans: ['127.0.0.1', 'localhost'] })).cert,
    );
    expect(cert.subject).toBe('O=platform\nO=ops\nCN=alice');
    expect(cert.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
    expect(cert.checkIssued(new X509Certificate(ca.cert))).toBe(true);
  });

  it('can be expired, or not valid yet', async () => {
    const ca = await makeCA('test CA');
    const old = new X509Certificate((await issue(ca, { cn: 'old', notAfter: new Date(Date.now() - 1_000) })).cert);
    expect(old.validToDate.getTime()).toBeLessThan(Date.now());
    expect(old.validFromDate.getTime()).toBeLessThan(old.validToDate.getTime());
    const young = new X509Certificate(
      (await issue(ca, { cn: 'young', notBefore: new Date(Date.now() + 60_000) })).cert,
    );
    expect(young.validFromDate.getTime()).toBeGreaterThan(Date.now());
  });

  it('serve TLS that the CA vouches for, with client certificates', async () => {
    const [ca, clients] = await Promise.all([makeCA('servers'), makeCA('clients')]);
    const [serving, client] = await Promise.all([
      issue(ca, { cn: 'server', sans: ['127.0.0.1'] }),
      issue(clients, { cn: 'bob' }),
    ]);
    const server = createServer(
      { cert: serving.cert, key: serving.key, ca: clients.cert, requestCert: true },
      (socket: TLSSocket) => {
        socket.end(String(socket.getPeerCertificate().subject.CN));
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = tlsConnect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      ca: ca.cert,
      ...client,
    });
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    expect(String(greeting)).toBe('bob');
    socket.destroy();
    server.close();
  });
});
