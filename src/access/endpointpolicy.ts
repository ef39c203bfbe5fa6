import type { EndpointConfig } from '../api/config.ts';
import { UsageError } from '../errors.ts';
import { type Address, parseAddress } from './address.ts';
import type { RecipeName } from './recipehosts.ts';

/** `access.endpoints` with its addresses parsed. */
export interface EndpointPolicy {
  readonly allowLoopback: boolean;
  readonly allowInsecureTLS: boolean;
  readonly allowedProxies: readonly string[];
  readonly allowedOrigins: Readonly<Record<RecipeName, ReadonlySet<string>>>;
  readonly rewrites: readonly { readonly from: Address; readonly to: Address; readonly caFile: string }[];
  readonly useEnvironmentProxy: boolean;
}

/** Parses the policy; UsageError for an address in it that is none. */
export function compileEndpointPolicy(config: EndpointConfig): EndpointPolicy {
  const origins = (recipe: RecipeName) =>
    new Set(
      config.allowedServers[recipe].map((text) => address(text, `access.endpoints.allowedServers.${recipe}`).origin),
    );
  return {
    allowLoopback: config.allowLoopback,
    allowInsecureTLS: config.allowInsecureTLS,
    allowedProxies: config.allowedProxies,
    allowedOrigins: { eks: origins('eks'), gke: origins('gke'), aks: origins('aks') },
    rewrites: config.serverRewrites.map(({ from, to, caFile }, index) => {
      const key = `access.endpoints.serverRewrites[${index}]`;
      return { from: address(from, `${key}.from`), to: address(to, `${key}.to`), caFile: caFile ?? '' };
    }),
    useEnvironmentProxy: config.useEnvironmentProxy,
  };
}

function address(text: string, key: string): Address {
  const parsed = parseAddress(text);
  if (typeof parsed === 'string') throw new UsageError(`${key}: "${text}" is not a plain https URL`);
  return parsed;
}
