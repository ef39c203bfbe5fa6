/** What was recorded from a real API server (record.ts): API discovery and the Table columns of every listable type. */
import { readFileSync } from 'node:fs';

/** One type of `apidiscovery.k8s.io/v2`, as the server gives it. */
export interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
    readonly verbs: readonly string[];
  }[];
}

/** One group of `apidiscovery.k8s.io/v2`; the core group has no name. */
export interface DiscoveredGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly DiscoveredResource[];
    readonly freshness?: string;
  }[];
}

/** How a type is listed. */
export interface RecordedList {
  readonly kind: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly format: string;
    readonly description: string;
    readonly priority: number;
  }[];
  /** The `Warning` header that comes with it, for deprecated types. */
  readonly warning?: string;
}

/** Everything recorded, lists by `group/version/resource` (`v1/pods` for the core group). */
export interface Recorded {
  readonly version: Readonly<Record<string, string>>;
  readonly core: DiscoveredGroup;
  readonly groups: readonly DiscoveredGroup[];
  readonly lists: Readonly<Record<string, RecordedList>>;
}

/** Reads the recording. */
export function readRecorded(): Recorded {
  const read = (name: string) => JSON.parse(readFileSync(new URL(`./recorded/${name}.json`, import.meta.url), 'utf8'));
  const { version, core, groups } = read('discovery');
  return { version, core, groups, lists: read('lists') };
}
