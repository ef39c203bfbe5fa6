import type { Cluster } from '../api/cluster.ts';
import type { MappingEntry } from '../api/mapping.ts';
import type { Outcome } from '../api/outcome.ts';
import type { RESTConfig } from '../client/restconfig.ts';
import type { PinField, PinnedEndpoint } from './pins.ts';
import type { RecipeName } from './recipehosts.ts';

/** An endpoint as a hub gave it, and under which name it is known or becomes known. */
export interface SeenEndpoint {
  /** `namespace/name` of the profile. */
  readonly key: string;
  readonly aliases: readonly string[];
  readonly uid?: string;
  readonly pin: PinnedEndpoint;
  /** What the user should know before it is trusted, one sentence. */
  readonly caution?: string;
}

/** How one cluster is reached, or what became of it before anybody tried. */
export type Access =
  | {
      readonly kind: 'config';
      readonly config: RESTConfig;
      /** The namespace that requests without a namespace of their own go to. */
      readonly namespace: string;
      /** The kubeconfig context behind it. */
      readonly context?: string;
      /** Accepted by configuration and not among the known clusters as it is now: to be written there. */
      readonly record?: SeenEndpoint;
    }
  | {
      /** The hub gave an address that nobody has trusted yet: nothing may be sent to it. */
      readonly kind: 'untrusted';
      readonly config: RESTConfig;
      readonly namespace: string;
      readonly seen: SeenEndpoint;
      /** What was trusted before, where the hub has moved it. */
      readonly changed?: {
        readonly known: PinnedEndpoint & { readonly since: string };
        readonly fields: readonly PinField[];
      };
    }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      /** A host outside the recipe's cloud that the user may list (E-ENDPOINT-RECIPE). */
      readonly unlisted?: UnlistedHost;
    };

/** A host that is refused because it is not the cloud's. */
export interface UnlistedHost {
  readonly recipe: RecipeName;
  readonly host: string;
  /** `https://host[:port]`, as access.endpoints.allowedServers has it. */
  readonly origin: string;
}

/** A selected cluster and the way in. */
export interface Target {
  readonly cluster: Cluster;
  /** Its entry in the mapping file. */
  readonly entry?: MappingEntry;
  readonly access: Access;
}

/** A target whose endpoint nobody has trusted yet. */
export type UntrustedTarget = Target & { readonly access: Extract<Access, { kind: 'untrusted' }> };

/** Whether a target waits for trust. */
export function isUntrusted(target: Target): target is UntrustedTarget {
  return target.access.kind === 'untrusted';
}
