import { outcomeOf } from '../access/ended.ts';
import type { Target } from '../access/target.ts';
import type { FleetEvent } from '../api/fleet-event.ts';
import type { Page } from '../api/page.ts';
import type { ReadRequest } from '../api/request.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import type { Transports } from '../client/transports.ts';
import { afterFirstFailure, fanOut, type Operation } from '../executor/fanout.ts';
import { readResources, type Session } from '../resource/read.ts';
import type { RESTMappers } from '../restmapper/restmapper.ts';
import type { Clock } from '../system/clock.ts';
import type { TargetSession } from './identity.ts';

/** How the fan-outs of one command are bounded; all times in milliseconds, 0 = no limit. */
export interface FleetLimits {
  readonly lanes: number;
  readonly clusterTimeoutMs: number;
  /** Undefined means max(60s, clusters × 5s). */
  readonly totalTimeoutMs: number | undefined;
  readonly connectTimeoutMs: number;
  readonly qps: number;
  readonly burst: number;
  readonly maxSockets: number;
  /** For one request. */
  readonly requestTimeoutMs: number;
  readonly failFast: boolean;
  /** What flags say: it goes before the mapping entry of a cluster, which goes before the rest. */
  readonly asked?: { readonly clusterTimeoutMs: number | undefined; readonly connectTimeoutMs: number | undefined };
}

/** The only door to clusters: binds targets to clients and runs operations on them. */
export interface Fleet {
  /** Runs a read on every target; targets that access resolution ended already get their `end` without a request. */
  run(targets: readonly Target[], request: ReadRequest, signal: AbortSignal): AsyncGenerator<FleetEvent<Page>, void>;
  /** Runs any operation on every target. */
  each<T>(
    targets: readonly Target[],
    operation: Operation<Session, T>,
    signal: AbortSignal,
  ): AsyncGenerator<FleetEvent<T>, void>;
}

/** What a fleet is made of; it owns none of them. */
export interface FleetParts {
  readonly transports: Transports;
  readonly mappers: RESTMappers;
  readonly clock: Clock;
  readonly limits: FleetLimits;
  /** Asks every cluster of a hub who it is before anything else is sent to it (access.verifyIdentity). */
  readonly verifyIdentity?: boolean;
}

/** Opens the fleet of one command. */
export function openFleet(parts: FleetParts): Fleet {
  const fleet: Fleet = {
    run: (targets, request, signal) =>
      fleet.each(targets, (session, attempt) => readResources(session, request, attempt), signal),
    async *each<T>(targets: readonly Target[], operation: Operation<Session, T>, signal: AbortSignal) {
      const open: OpenTarget[] = [];
      for (const target of targets) {
        if (target.access.kind === 'config') open.push({ ...target, access: target.access });
        else yield { kind: 'end', cluster: target.cluster.name, outcome: outcomeOf(target.access), ms: 0 };
      }
      const { limits, clock } = parts;
      // A cluster without a way in has failed like any other: with --fail-fast nothing is sent to the rest.
      const failed = targets.some(({ access }) => access.kind !== 'config' && outcomeOf(access).kind === 'failed');
      if (limits.failFast && failed) {
        for (const { cluster } of open) yield { kind: 'end', cluster: cluster.name, outcome: afterFirstFailure, ms: 0 };
        return;
      }
      const ready = (target: OpenTarget, attempt: Attempt) => openSession(target, attempt, parts);
      const verified = parts.verifyIdentity ? (await import('./identity.ts')).afterIdentity(operation) : operation;
      yield* fanOut(open, ready, verified, {
        clock,
        name: (target) => target.cluster.name,
        lanes: limits.lanes,
        clusterTimeoutMs: (target) =>
          limits.asked?.clusterTimeoutMs ?? target.entry?.connection?.timeout ?? limits.clusterTimeoutMs,
        totalTimeoutMs: limits.totalTimeoutMs ?? totalTimeout(open.length),
        failFast: limits.failFast,
        signal,
      });
    },
  };
  return fleet;
}

type OpenTarget = Target & { readonly access: Extract<Target['access'], { kind: 'config' }> };

/** The seed's formula for the whole command in milliseconds: max(60s, clusters × 5s). */
export function totalTimeout(clusters: number): number {
  return Math.max(60, clusters * 5) * 1000;
}

/** Resolves once its login is there: a cluster takes a lane when it can really be asked. */
async function openSession(
  target: OpenTarget,
  attempt: Attempt,
  { transports, mappers, limits }: FleetParts,
): Promise<TargetSession> {
  await transports.login(target.access.config, attempt);
  const connection = target.entry?.connection;
  const opened: RESTClient = transports.open(target.access.config, {
    connectTimeoutMs: limits.asked?.connectTimeoutMs ?? connection?.connectTimeout ?? limits.connectTimeoutMs,
    qps: connection?.qps ?? limits.qps,
    burst: connection?.burst ?? limits.burst,
    maxSockets: connection?.maxSockets ?? limits.maxSockets,
  });
  const client = bounded(opened, limits.requestTimeoutMs);
  return {
    client,
    target,
    namespace: target.access.namespace,
    mapper: (attempt: Attempt, fresh?: boolean) => mappers.get(client, attempt, fresh),
  };
}

/** A client whose every request ends after `timeoutMs` (--request-timeout), discovery included. */
function bounded(client: RESTClient, timeoutMs: number): RESTClient {
  if (timeoutMs <= 0) return client;
  return {
    ...client,
    do: (request, attempt) => client.do({ timeoutMs, ...request }, attempt),
    json: (request, attempt) => client.json({ timeoutMs, ...request }, attempt),
  };
}
