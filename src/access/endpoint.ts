import type { ProfileAccess } from '../api/cluster.ts';
import { ClusterFailure } from '../errors.ts';
import { type Address, addressText, localKind, parseAddress } from './address.ts';
import type { EndpointPolicy } from './endpointpolicy.ts';
import { type RecipeName, recipeHosts } from './recipehosts.ts';
import type { AccessWarning } from './warnings.ts';

/** Where a cluster is, after the policy: what a connection may use of the hub's words. */
export interface Endpoint {
  /** In normal form. */
  readonly server: string;
  readonly address: Address;
  /** True where the address is this machine's word (serverRewrites). */
  readonly rewritten: boolean;
  /** Base64 as the hub gave it; absent = the system's roots, or `caFile`. */
  readonly caData?: string;
  /** A file of this machine, from a rewrite. */
  readonly caFile?: string;
  readonly tlsServerName?: string;
  readonly insecure: boolean;
  readonly proxy?: string;
  readonly disableCompression: boolean;
  readonly warnings: readonly AccessWarning[];
}

/**
 * Judges an address that a hub supplied, in the order of its rules: syntax, scheme, rewrites, local addresses, TLS, proxy, and
 * for recipes the cloud's own hosts. Throws ClusterFailure of type EndpointRefused.
 */
export function checkEndpoint(
  cluster: ProfileAccess['cluster'],
  policy: EndpointPolicy,
  recipe?: RecipeName,
): Endpoint {
  const given = parseAddress(cluster.server);
  if (typeof given === 'string')
    throw refused(given, `its server address is not a plain https URL: "${shown(cluster.server)}"`);
  const rewritten = rewrite(given, policy);
  const { address } = rewritten ?? { address: given };
  if (!rewritten) {
    const local = localKind(address.host);
    if (local === 'forbidden' || (local === 'loopback' && !policy.allowLoopback))
      throw refused(
        'E-ENDPOINT-LOCAL',
        `its server address points to this machine or a link-local network: "${shown(cluster.server)}"`,
      );
  }
  checkTLS(cluster, policy.allowInsecureTLS);
  const proxy = cluster['proxy-url'] || undefined;
  if (proxy !== undefined && !policy.allowedProxies.includes(proxy))
    throw refused(
      'E-ENDPOINT-PROXY',
      `it asks for the proxy "${shown(proxy)}", which is not in access.endpoints.allowedProxies`,
    );
  if (recipe && !rewritten && !isRecipeAddress(address, recipe, policy)) throw outsideRecipe(recipe, address);

  const serverName = cluster['tls-server-name'] || undefined;
  if (serverName !== undefined && !HOST_NAME.test(serverName))
    throw refused('E-ENDPOINT-SYNTAX', `its tls-server-name is not a host name: "${shown(serverName)}"`);

  // A rewritten address is this machine's word: the hub's certificates and names are about another one.
  const own = rewritten ? {} : { caData: cluster['certificate-authority-data'], serverName };
  return {
    server: addressText(address),
    address,
    rewritten: rewritten !== undefined,
    ...(own.caData && { caData: own.caData }),
    ...(rewritten?.caFile && { caFile: rewritten.caFile }),
    ...(own.serverName && { tlsServerName: own.serverName }),
    insecure: !rewritten && cluster['insecure-skip-tls-verify'] === true,
    ...(proxy !== undefined && { proxy }),
    disableCompression: cluster['disable-compression'] === true,
    warnings: cluster['certificate-authority'] ? [caFileIgnored] : [],
  };
}

const HOST_NAME = /^[A-Za-z0-9._:-]{1,253}$/;

/** Refuses what a profile asks for that would leave the other side unchecked; throws ClusterFailure (E-ENDPOINT-INSECURE). */
export function checkTLS(cluster: ProfileAccess['cluster'], allowInsecureTLS: boolean): void {
  if (cluster['insecure-skip-tls-verify'] !== true) return;
  if (cluster['certificate-authority-data'])
    throw refused(
      'E-ENDPOINT-INSECURE',
      'it asks for TLS verification to be skipped and gives a certificate authority; specifying a root certificates file with the insecure flag is not allowed',
    );
  if (!allowInsecureTLS)
    throw refused(
      'E-ENDPOINT-INSECURE',
      'it asks for TLS verification to be skipped; set access.endpoints.allowInsecureTLS to accept that',
    );
}

/** Whether an address is one of the recipe's cloud, or listed by this machine. */
export function isRecipeAddress({ host, origin }: Address, recipe: RecipeName, policy: EndpointPolicy): boolean {
  return recipeHosts[recipe].hosts.test(host) || policy.allowedOrigins[recipe].has(origin);
}

/** E-ENDPOINT-RECIPE: the host is not the cloud's. */
export function outsideRecipe(recipe: RecipeName, { host }: Address): ClusterFailure {
  const { article, title } = recipeHosts[recipe];
  return refused(
    'E-ENDPOINT-RECIPE',
    `its server "${host}" is not ${article} ${title} address; add it to access.endpoints.allowedServers.${recipe} if it is yours`,
  );
}

/** A refusal of an address, with its E-code. */
export function refused(reason: string, message: string): ClusterFailure {
  return new ClusterFailure({ type: 'EndpointRefused', message, reason, retriable: false });
}

/** Same origin and whole path segments; the first rule that fits is taken. */
function rewrite(given: Address, { rewrites }: EndpointPolicy) {
  const rule = rewrites.find(
    ({ from }) => from.origin === given.origin && (given.path === from.path || given.path.startsWith(`${from.path}/`)),
  );
  if (!rule) return undefined;
  const path = rule.to.path + given.path.slice(rule.from.path.length);
  return { address: { ...rule.to, path }, caFile: rule.caFile };
}

const caFileIgnored: AccessWarning = {
  code: 'W-CA-FILE-IGNORED',
  message: 'certificate-authority names a file, and a hub chooses no files on this machine; ignored',
};

function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
