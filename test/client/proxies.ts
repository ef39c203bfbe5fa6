import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import { type Listening, listen, pki } from './apiserver.ts';

/** A proxy of a test and what it was asked for. */
export interface TestProxy extends Listening {
  /** `host:port` of every tunnel asked for. */
  readonly asked: readonly string[];
  /** What came as Proxy-Authorization, or `user:password` for SOCKS. */
  readonly logins: readonly (string | undefined)[];
}

/** An http or https proxy that knows CONNECT; whatever host is asked for, the tunnel ends on 127.0.0.1. */
export async function startConnectProxy(scheme: 'http' | 'https', refuse?: string): Promise<TestProxy> {
  const asked: string[] = [];
  const logins: (string | undefined)[] = [];
  const { cert, key } = await pki.server;
  const server = scheme === 'http' ? http.createServer() : https.createServer({ cert, key });
  server.on('connect', (request: http.IncomingMessage, client: Socket) => {
    asked.push(request.url!);
    logins.push(request.headers['proxy-authorization']);
    if (refuse !== undefined) return void client.end(`HTTP/1.1 ${refuse}\r\n\r\n`);
    tunnel(client, Number(request.url!.split(':').at(-1)), () => client.write('HTTP/1.1 200 OK\r\nVia: test\r\n\r\n'));
  });
  return { ...(await listen(server)), asked, logins };
}

/** A SOCKS5 proxy; `login` (`user:password`) is demanded where it is given, `reply` refuses every request with that code. */
export async function startSocksProxy(options: { login?: string; reply?: number } = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const logins: (string | undefined)[] = [];
  const server = net.createServer((client) => {
    let state = 'hello';
    client.on('data', (bytes) => {
      if (state === 'hello') {
        const wanted = options.login === undefined ? 0 : 2;
        const offered = [...bytes.subarray(2)].includes(wanted);
        client.write(Buffer.from([5, offered ? wanted : 255]));
        state = wanted === 2 ? 'login' : 'request';
      } else if (state === 'login') {
        const name = bytes.subarray(2, 2 + bytes[1]!).toString();
        const password = bytes.subarray(3 + bytes[1]!).toString();
        logins.push(`${name}:${password}`);
        client.write(Buffer.from([1, `${name}:${password}` === options.login ? 0 : 1]));
        state = 'request';
      } else {
        const length = bytes[3] === 3 ? 1 + bytes[4]! : 4;
        const host = bytes[3] === 3 ? bytes.subarray(5, 4 + length).toString() : bytes.subarray(4, 8).join('.');
        const port = bytes.readUInt16BE(4 + length);
        asked.push(`${host}:${port}`);
        client.removeAllListeners('data');
        const answer = Buffer.from([5, options.reply ?? 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        if (options.reply) return void client.end(answer);
        tunnel(client, port, () => client.write(answer));
      }
    });
  });
  return { ...(await listen(server)), asked, logins };
}

function tunnel(client: Socket, port: number, ready: () => void): void {
  const target = net.connect(port, '127.0.0.1', () => {
    ready();
    target.pipe(client);
    client.pipe(target);
  });
  const end = () => {
    target.destroy();
    client.destroy();
  };
  target.on('error', end).on('close', end);
  client.on('error', end).on('close', end);
}
