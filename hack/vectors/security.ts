import { checkEndpoint } from '../../src/access/endpoint.ts';
import { compileEndpointPolicy } from '../../src/access/endpointpolicy.ts';
import { entriesOf, type KnownCluster, withPin } from '../../src/access/knownclusters.ts';
import { comparePins, decidePin, isYes, type PinnedEndpoint } from '../../src/access/pins.ts';
import { followHint } from '../../src/access/recipes/hint.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { escapeCell, escapeJSONText, escapeLog, escapeMessage } from '../../src/streams/escape.ts';
import { host } from './host.ts';
import type { Actual, Given } from './suite.ts';

const defaults = defaultConfig(host).access;

/** security.hint */
export function hint({ config = {}, hint }: Given): Actual {
  const recipes = Object.fromEntries(
    Object.entries(config.recipes ?? {}).map(([name, settings]) => [
      name,
      { ...defaults.recipes[name as 'eks'], ...(settings as object | null) },
    ]),
  );
  // In the cases what is not written is off; the defaults are those of the configuration loader.
  const { exec } = followHint(hint, { hubHints: config.hubHints ?? 'ignore', recipes });
  return { exec };
}

/** security.endpoint */
export function endpoint({ config = {}, cluster, recipe }: Given): Actual {
  const { serverPadTo, ...fields } = cluster;
  const server = serverPadTo === undefined ? fields.server : fields.server.padEnd(serverPadTo, 'x');
  const allowedServers = { ...defaults.endpoints.allowedServers, ...config.allowedServers };
  const policy = compileEndpointPolicy({ ...defaults.endpoints, ...config, allowedServers });
  const found = checkEndpoint({ ...fields, server }, policy, recipe);
  return {
    server: found.server,
    caData: found.caData ?? null,
    caFile: found.caFile ?? null,
    tlsServerName: found.tlsServerName ?? null,
    proxyUrl: found.proxy ?? null,
    insecure: found.insecure || null,
    insecureSkipTlsVerify: found.insecure || null,
    disableCompression: found.disableCompression || null,
    warnings: found.warnings.map(({ code }) => code),
  };
}

/** security.pin */
export function pin(given: Given): Actual {
  const { mode = 'enforce', firstUse = 'prompt', tty = false, answer, hub, key, aliases = [] } = given;
  const entries = Object.entries(given.store ?? {}).map(([name, stored]) => knownOf(name, stored));
  const seen = pinOf(given.seen);
  const verdict = comparePins(entriesOf(entries, hub, [key, ...aliases]), seen);
  const decision = decidePin(verdict, { pin: mode, firstUse });
  const store = storeOf(entries);
  const recorded = () => storeOf(withPin(entries, { hub, key, aliases }, seen, ''));
  if (decision.kind === 'ask') {
    if (!tty) return { connect: false, error: refusal('E-PIN-UNKNOWN'), store };
    return isYes(answer)
      ? { connect: true, store: recorded() }
      : { connect: false, error: refusal('E-PIN-DECLINED'), store };
  }
  if (decision.kind === 'refuse')
    return { connect: false, error: refusal(decision.code), changed: decision.changed, store };
  return {
    connect: true,
    store: decision.record ? recorded() : store,
    ...(decision.changed && { changed: decision.changed, warning: 'W-PIN-CHANGED' }),
  };
}

function pinOf({ server, tlsServerName, proxyURL, proxyUrl, ca, provider }: Given): PinnedEndpoint {
  return { server, tlsServerName: tlsServerName ?? '', proxyURL: proxyURL ?? proxyUrl ?? '', ca, provider };
}

/** The cases name an entry `HUB NAMESPACE/NAME`. */
function knownOf(name: string, stored: Given): KnownCluster {
  const at = name.lastIndexOf(' ');
  return { hub: name.slice(0, at), cluster: name.slice(at + 1), firstSeen: '', ...pinOf(stored) };
}

function storeOf(entries: readonly KnownCluster[]) {
  return Object.fromEntries(
    entries.map(({ hub, cluster, server, tlsServerName, proxyURL, ca, provider }) => [
      `${hub} ${cluster}`,
      { server, ca, provider, ...(tlsServerName && { tlsServerName }), ...(proxyURL && { proxyURL }) },
    ]),
  );
}

function refusal(code: string) {
  return { code, message: code };
}

/** security.escape */
export function escaped({ mode, input, prefix }: Given): Actual {
  switch (mode) {
    case 'cell':
      return { output: escapeCell(input) };
    case 'message':
      return { output: escapeMessage(input, prefix) };
    case 'log-tty':
      return { output: escapeLog(input) };
    case 'json-tty':
      return { output: escapeJSONText(JSON.stringify(input)) };
    default:
      // A log or a document that does not go to a terminal: bytes unchanged.
      return { output: mode === 'json' ? JSON.stringify(input) : input };
  }
}
