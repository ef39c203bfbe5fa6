import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A forward proxy that knows CONNECT only and finds every name at 127.0.0.1. */
export interface ConnectProxy {
  readonly url: string;
  /** `host:port` of every tunnel that was asked for, with the login where one was sent. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts a proxy; `refuse` answers every tunnel with this status. */
export async function startConnectProxy(refuse?: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, client: Socket, head) => {
    const login = request.headers['proxy-authorization']?.replace('Basic ', '');
    asked.push(`${login ? `${Buffer.from(login, 'base64')}@` : ''}${request.url}`);
    if (refuse !== undefined) return client.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const port = Number(request.url?.split(':').at(-1));
    const onward = connect({ host: '127.0.0.1', port }, () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    client.on('close', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
