/** The simulated fleet as its users see it. */
import type { AnswerRule, Fault, TransportFault } from '../faults/fault.ts';
import type { FaultProxy } from '../faults/proxy.ts';
import type { Certified } from '../pki.ts';
import type { AuditLog } from './audit.ts';

/** What the fleet is to look like. */
export interface SimulatedOptions {
  readonly members: number;
  /** Pods of each member in `namespace` (default 10); kube-system has two more. */
  readonly pods?: number;
  /** Where pods, deployments and so on live; default `default`. */
  readonly namespace?: string;
  /** Default: c001, c002, … (as many digits as needed, at least three). */
  readonly names?: (index: number) => string;
  /** Default true. */
  readonly hub?: boolean;
  /** By cluster name; `hub` is the hub. Transport and certificate faults give the cluster a port of its own. */
  readonly faults?: Readonly<Record<string, Fault>>;
  /** Widgets in `namespace`, undefined = the member does not know the type; default three everywhere. */
  readonly widgets?: (name: string, index: number) => number | undefined;
  /** Clusters whose RBAC refuses their own user everything, or these resources; the administrator may always. */
  readonly forbidden?: Readonly<Record<string, 'all' | readonly string[]>>;
  /** Members whose profile says ControlPlaneHealthy=False, or Joined=False. */
  readonly unhealthy?: readonly string[];
  readonly notJoined?: readonly string[];
  /** Each request waits so long. */
  readonly delayMs?: number;
  /** Ports that the members share (default 4), or a port for each, then without path prefix. */
  readonly ports?: number | 'each';
  /** `v1.35.0` for members of another version; columns and types stay those of the recording. */
  readonly version?: (name: string, index: number) => string | undefined;
}

/** How to reach one cluster. */
export interface SimulatedServer {
  readonly name: string;
  /** With the path prefix that a real server behind a gateway may have. */
  readonly url: string;
  /** The cluster's own user, whom no other cluster knows: `user-NAME`. */
  readonly token: string;
}

/** A running fleet on 127.0.0.1. */
export interface SimulatedFleet {
  /** PEM of the CA of all servers (which those with `wrongCA` do not have). */
  readonly ca: string;
  readonly members: readonly SimulatedServer[];
  readonly hub: SimulatedServer | undefined;
  /** Known to all clusters, by token and by client certificate. */
  readonly admin: { readonly token: string } & Certified;
  readonly audit: AuditLog;
  /** The proxies in front of clusters with a transport fault (`pass` too), by cluster. */
  readonly proxies: ReadonlyMap<string, FaultProxy>;
  /** The member or `hub`; throws for names that are not there. */
  server(name: string): SimulatedServer;
  /** Changes a fault at run time: answer rules everywhere, transport faults where there is a proxy. */
  setFault(name: string, fault: TransportFault | readonly AnswerRule[]): Promise<void>;
  /** Writes a home folder: kubeconfig, and the mapping file where wanted. */
  writeHome(dir: string, options?: HomeOptions): Promise<SimulatedHome>;
  /** Connections that are open at this moment, those through proxies counted once. */
  openConnections(): Promise<number>;
  close(): Promise<void>;
}

/** What the folder is to hold. */
export interface HomeOptions {
  /** A context `hub`, current, where the fleet has one; default true. */
  readonly hub?: boolean;
  /** The mapping file; default true. */
  readonly mapping?: boolean;
  /** The context of a cluster; default its name, with a mapping file `ctx-NAME`, so that mapping is seen to work. */
  readonly contextName?: (cluster: string) => string;
}

/** The paths that were written. */
export interface SimulatedHome {
  readonly home: string;
  readonly kubeconfig: string;
  /** Absent where none was wanted. */
  readonly mapping?: string;
}
