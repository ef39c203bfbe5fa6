import { CommandError } from '../errors.ts';

/** The end of a command whose hub is larger than is allowed: a shortened list would pass for a whole one. */
export function tooManyProfiles(maxClusters: number): CommandError {
  return new CommandError(
    `the hub has more than ${maxClusters} ClusterProfiles; raise discovery.maxClusters or narrow discovery.namespaces`,
  );
}
