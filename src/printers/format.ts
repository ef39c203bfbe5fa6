import type { Packed, Part } from '../aggregator/strategy.ts';
import type { Page } from '../api/page.ts';
import type { Projection } from '../api/request.ts';
import type { Summary } from '../api/result.ts';
import type { JSONPath } from '../jsonpath/parse.ts';
import type { Writer } from '../streams/iostreams.ts';

/** What a printer needs to know about a selected cluster before anything arrives. */
export interface PrintedCluster {
  readonly name: string;
  readonly ref?: { readonly namespace: string; readonly name: string };
  /** A colour name of the mapping file. */
  readonly color?: string;
}

/** The print flags of a command, parsed. */
export interface PrintOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  /** `--show-kind`: names carry their kind even with one type. */
  readonly showKind: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly showManagedFields: boolean;
  readonly sortBy: JSONPath | undefined;
  /** Show NAMESPACE: all namespaces were asked for, or the clusters' namespaces differ. */
  readonly showNamespace: boolean;
  readonly allNamespaces: boolean;
  readonly clusterColumn: 'after-name' | 'first' | 'hidden';
  /** Columns come from the server (as=Table). */
  readonly serverPrint: boolean;
  /** One cluster was named literally or pinned: `-o name` prints kubectl's own lines. */
  readonly singleCluster: boolean;
  /** `-o json --flat`: one List of everything. */
  readonly flat: boolean;
  readonly allowMissingTemplateKeys: boolean;
  readonly colour: boolean;
  /** Milliseconds since the epoch, for ages that we compute ourselves. */
  readonly now: number;
}

/** Everything a format is opened with; `argument` is what follows `=` in `-o custom-columns=…`. */
export interface FormatContext {
  readonly options: PrintOptions;
  readonly argument: string;
  readonly clusters: readonly PrintedCluster[];
  readonly out: Writer;
}

/** One output of one run: packs pages as they arrive, prints parts in the order it is handed them. */
export interface Printer<P extends Packed = Packed> {
  readonly projection: Projection;
  /** Turns a page into what is kept of it; called once, in the tick it was parsed in. */
  pack(cluster: string, page: Page): P;
  print(part: Part<P>): void | Promise<void>;
  /** Everything was handed over; returns how many rows or objects were printed. */
  end(summary: Summary): Promise<number>;
}

/** An output format of `-o`. */
export interface OutputFormat {
  /** The words of `-o` that mean it; "" is the default. */
  readonly names: readonly string[];
  /** Whether the document is complete and parsable even with nothing in it (json, yaml). */
  readonly document: boolean;
  /** Set where `-o NAME` is followed by `=ARGUMENT`. */
  readonly takesArgument?: true;
  /** How text of others is kept from acting on a terminal; absent where cells are escaped one by one. */
  readonly escape?: 'json' | 'text';
  /** Set for tables that say "No resources found" instead of nothing. */
  readonly forPeople?: true;
  /** Set for rows that carry their cluster in a CLUSTER column. */
  readonly clusterColumn?: true;
  /** Set where results are written as they come instead of cluster by cluster in the order of names. */
  readonly streams?: true;
  /** Throws UsageError for an argument that `open` would not take, before anything is sent. */
  check?(argument: string): void;
  open(context: FormatContext): Printer;
}

/** The key under which pages of one list are kept together. */
export function blockOf(page: Page): string {
  return `${page.asked} ${page.resource.name}.${page.resource.version}.${page.resource.group}`;
}
