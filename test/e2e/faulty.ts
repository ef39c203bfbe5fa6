import { type AnswerRule, type Fault, isCertificateFault, isTransportFault } from '../fleet/faults/fault.ts';
import type { HeardRequest } from '../fleet/faults/heard.ts';
import { startProxy } from '../fleet/faults/proxy.ts';
import { startResponder } from '../fleet/faults/responder.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ContextRequest } from '../fleet/kubeconfig.ts';

/** Member A behind a fault, and how to reach it there. */
export interface FaultyMember {
  readonly context: Partial<ContextRequest>;
  /** What an HTTP server heard; empty where the fault is below HTTP. */
  readonly requests: readonly HeardRequest[];
  close(): Promise<void>;
}

/** Puts the fault in front of member A: a TCP proxy, or an HTTPS server that hands on what no rule takes. */
export async function startFaulty(fleet: Fleet, fault: Fault): Promise<FaultyMember> {
  const { url, ca } = fleet.members.A;
  if (isTransportFault(fault)) {
    const proxy = await startProxy({ target: { port: Number(new URL(url).port) }, fault });
    return { context: { port: proxy.port }, requests: [], close: proxy.close };
  }
  const responder = await startResponder({
    upstream: { url, ca },
    ...(isCertificateFault(fault) ? { certificate: fault.kind } : { rules: [fault as AnswerRule] }),
  });
  return {
    context: { server: responder.url as 'https://x', caOverride: responder.ca },
    requests: responder.requests,
    close: responder.close,
  };
}
