import { Buffer } from 'node:buffer';
import { dirname, isAbsolute, join } from 'node:path';
import type { RESTConfig } from '../client/restconfig.ts';
import { fieldsOf, invalidConfiguration } from './fields.ts';
import type { KubeconfigEntry } from './kubeconfig.ts';

/** Reads a text file whole, undefined when it is missing; rejects with the system's error otherwise. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** The half of a RESTConfig that says where the server is. */
export type ClusterInfo = Pick<RESTConfig, 'server' | 'tls' | 'proxy' | 'disableCompression'> & {
  /** The extension that a credential plugin may be handed. */
  readonly execConfig?: unknown;
};

const execExtension = 'client.authentication.k8s.io/exec';

/** Checks one `clusters[]` entry as client-go does before it connects; throws ClusterFailure. */
export async function clusterInfo(name: string, entry: KubeconfigEntry, readFile: ReadFile): Promise<ClusterInfo> {
  const fields = fieldsOf(entry, `clusters.${name}`);
  const server = fields.text('server');
  if (server === undefined) throw invalidConfiguration(`no server found for cluster "${name}"`);
  const proxy = fields.text('proxy-url');
  if (proxy !== undefined) checkProxy(proxy, name);

  const caData = fields.text('certificate-authority-data');
  const caFile = fields.text('certificate-authority');
  const insecure = fields.flag('insecure-skip-tls-verify');
  if (caData !== undefined && caFile !== undefined)
    throw invalidConfiguration(
      `certificate-authority-data and certificate-authority are both specified for ${name}; remove one of them`,
    );
  if (insecure && (caData ?? caFile) !== undefined)
    throw invalidConfiguration(
      `specifying a root certificates file with the insecure flag is not allowed (cluster "${name}")`,
    );

  const ca = await pem({ what: 'certificate-authority', name, data: caData, path: caFile, file: entry.file, readFile });
  if (ca !== undefined && !ca.includes('-----BEGIN '))
    throw invalidConfiguration(
      `unable to load root certificates for cluster "${name}": unable to parse bytes as PEM block`,
    );
  const serverName = fields.text('tls-server-name');
  const extension = fields.records('extensions').find((one) => one.text('name') === execExtension);
  return {
    server: serverURL(server, name),
    tls: { ...(ca !== undefined && { ca }), ...(serverName && { serverName }), ...(insecure && { insecure }) },
    ...(proxy !== undefined && { proxy }),
    ...(fields.flag('disable-compression') && { disableCompression: true }),
    ...(extension && { execConfig: extension.raw('extension') ?? null }),
  };
}

/** A path of a kubeconfig, relative to the folder of the file that holds it. */
export function resolvePath(path: string, file: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/** `…-data` decoded, else the file's text, else undefined. */
export async function pem(source: {
  readonly what: string;
  readonly name: string;
  readonly data: string | undefined;
  readonly path: string | undefined;
  readonly file: string;
  readonly readFile: ReadFile;
}): Promise<string | undefined> {
  const { what, name, data, file } = source;
  if (data !== undefined) {
    const packed = data.replace(/[\r\n]/g, '');
    if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed))
      throw invalidConfiguration(`error loading config file "${file}": ${what}-data of ${name} is not valid base64`);
    return Buffer.from(packed, 'base64').toString('utf8');
  }
  if (source.path === undefined) return undefined;
  const path = resolvePath(source.path, file);
  const unreadable = (reason: string) =>
    invalidConfiguration(`unable to read ${what} ${path} for ${name} due to open ${path}: ${reason}`);
  const text = await source.readFile(path).catch((error: unknown) => {
    throw unreadable(reasonOf(error));
  });
  if (text === undefined) throw unreadable(missingFile);
  return text;
}

/** What Go says of a file that is not there. */
export const missingFile = 'no such file or directory';

/** The system's words for a file that cannot be read, as Go has them. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'is a directory';
  return code ?? 'it cannot be read';
}

function checkProxy(proxy: string, name: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(proxy)?.[1]?.toLowerCase() ?? '';
  if (!['http', 'https', 'socks5'].includes(scheme) || !URL.canParse(proxy))
    throw invalidConfiguration(
      `invalid 'proxy-url' for cluster "${name}": unsupported scheme "${scheme}", must be http, https, or socks5`,
    );
}

function serverURL(server: string, name: string): string {
  const url = /^https:\/\//i.test(server) && URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined)
    throw invalidConfiguration(`the server of cluster "${name}" is not an https URL, which kubectl mc needs`);
  if (url.username !== '' || url.password !== '')
    throw invalidConfiguration(`the server of cluster "${name}" holds a user name or password; put it under users`);
  return `https://${url.host}${url.pathname.replace(/\/+$/, '')}`;
}
