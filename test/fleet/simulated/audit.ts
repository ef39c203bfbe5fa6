/** What a simulated fleet was asked, as an API server's audit log would have it. */

/** One finished request. */
export interface AuditEntry {
  readonly cluster: string;
  /** `system:anonymous` without credentials, empty for a 401. */
  readonly user: string;
  /** `list`, `get`, `watch`, … of a resource, or the HTTP method in lower case of any other path. */
  readonly verb: string;
  /** `pods`, `deployments.apps`; absent for paths that are no resources. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** With its query, without the cluster's prefix. */
  readonly path: string;
  readonly userAgent: string;
  /** 0 where a fault left the request without an answer. */
  readonly status: number;
  /** Milliseconds since the epoch, when the request came. */
  readonly at: number;
}

/** The audit entries of all clusters, oldest first. */
export interface AuditLog {
  readonly entries: readonly AuditEntry[];
  of(cluster: string): readonly AuditEntry[];
  clear(): void;
}

/** An audit log of at most `limit` entries: the oldest half goes when it is full. */
export function makeAudit(limit = 100_000): AuditLog & { add(entry: AuditEntry): void } {
  let entries: AuditEntry[] = [];
  return {
    get entries() {
      return entries;
    },
    of: (cluster) => entries.filter((entry) => entry.cluster === cluster),
    clear() {
      entries = [];
    },
    add(entry) {
      if (entries.length >= limit) entries = entries.slice(limit / 2);
      entries.push(entry);
    },
  };
}
