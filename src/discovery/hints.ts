import type { Fields } from './tolerant.ts';
import { cut } from './tolerant.ts';

/** What a profile says about its cloud without any standard behind it; shown and suggested, never trusted or executed. */
export interface ProfileHints {
  readonly cloudProvider?: string;
  readonly region?: string;
  readonly clusterType?: string;
  readonly execCommand?: string;
  readonly execArgs?: readonly string[];
  readonly execApiVersion?: string;
}

/** The spellings in use, in one place because a vocabulary is still being agreed on (enhancements PR 5185). */
const clouds: ReadonlySet<string> = new Set(['aws', 'gcp', 'google', 'azure', 'alibaba']);
const types: ReadonlySet<string> = new Set(['eks', 'gke', 'aks', 'ack']);

/** Collects the hints of one profile; unknown provider and type names are left to the properties. */
export function readHints(spec: Fields, properties: Readonly<Record<string, string>>): ProfileHints {
  const cloudProvider = known(clouds, cut(spec['cloudProvider'], 63)) ?? known(clouds, properties['cloud.provider']);
  const region = cut(spec['region'], 63) || properties['cloud.region'] || properties['location'];
  const clusterType = known(types, properties['cluster.type']);
  const command = properties['auth.exec.command'];
  const args = properties['auth.exec.args'];
  const apiVersion = properties['auth.exec.apiVersion'];
  return {
    ...(cloudProvider && { cloudProvider }),
    ...(region && { region }),
    ...(clusterType && { clusterType }),
    ...(command !== undefined && { execCommand: command }),
    ...(args !== undefined && { execArgs: args === '' ? [] : args.split(',') }),
    ...(apiVersion !== undefined && { execApiVersion: apiVersion }),
  };
}

function known(names: ReadonlySet<string>, value: string | undefined): string | undefined {
  return value !== undefined && names.has(value) ? value : undefined;
}
