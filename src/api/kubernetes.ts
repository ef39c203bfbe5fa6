/** Kubernetes API shapes that are read on hot paths; everything larger is imported as a type from client-node. */

/** metav1.ObjectMeta, the part we read. */
export interface ObjectMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly managedFields?: unknown;
  readonly [key: string]: unknown;
}

/** Any object of the API. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly [key: string]: unknown;
}

/** metav1.ListMeta. */
export interface ListMeta {
  readonly continue?: string;
  readonly remainingItemCount?: number;
  readonly resourceVersion?: string;
}

/** metav1.TableColumnDefinition; priority 0 is shown always, others with -o wide. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description?: string;
  readonly priority: number;
}

/** metav1.TableRow; `object` is absent with includeObject=None. */
export interface TableRow {
  readonly cells: readonly unknown[];
  readonly object?: KubeObject;
}

/** metav1.Table, see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata?: ListMeta;
  readonly columnDefinitions?: readonly TableColumn[];
  readonly rows?: readonly TableRow[];
}

/** metav1.Status, what a server answers when it refuses. */
export interface Status {
  readonly kind: 'Status';
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
  readonly metadata?: ListMeta;
}

/** One resource type of one API server, as API discovery gives it. */
export interface APIResource {
  readonly group: string;
  readonly version: string;
  /** The plural name, as in the URL. */
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Subresource names without the parent (`status`, `scale`). */
  readonly subresources: readonly string[];
}
