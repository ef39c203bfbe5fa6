/** One cluster of a simulated fleet: contents, faults, and the handler that listeners call. */
import type { AnswerRule } from '../faults/fault.ts';
import { makeRules, type RuleBook } from '../faults/rules.ts';
import { type ServerContents, serve } from './apiserver.ts';
import type { AuditEntry } from './audit.ts';
import type { Identities } from './identity.ts';
import type { ClusterHandler } from './listener.ts';
import { sendReply } from './reply.ts';
import type { ReplyCache } from './reply-cache.ts';
import { requestInfo } from './request-info.ts';

interface ClusterOptions {
  readonly contents: ServerContents;
  readonly rules: readonly AnswerRule[];
  readonly delayMs: number;
  readonly identities: Identities;
  readonly cache: ReplyCache;
  record(entry: AuditEntry): void;
}

/** What the fleet keeps of a cluster. */
export interface SimulatedCluster {
  readonly handler: ClusterHandler;
  readonly rules: RuleBook;
}

/** Makes the handler: fault first, then the real answer, each request recorded when it is over. */
export function makeCluster(options: ClusterOptions): SimulatedCluster {
  const { contents, identities } = options;
  const cluster = contents.facts.name;
  const rules = makeRules(options.rules);
  const handler: ClusterHandler = (request, response, url) => {
    const at = Date.now();
    const info = requestInfo(request.method ?? 'GET', url);
    const user = identities.identify(request, cluster);
    response.once('close', () => {
      const asked = info.resource;
      options.record({
        cluster,
        user: user ?? '',
        verb: info.verb,
        ...(asked ? { resource: asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}` } : {}),
        ...(asked?.namespace === undefined ? {} : { namespace: asked.namespace }),
        ...(asked?.name === undefined ? {} : { name: asked.name }),
        path: url,
        userAgent: request.headers['user-agent'] ?? '',
        status: response.headersSent ? response.statusCode : 0,
        at,
      });
    });
    const answer = () => {
      if (response.destroyed || rules.answer(request, response)) return;
      sendReply(request, response, serve(contents, info, user, request.headers, options.cache));
    };
    if (options.delayMs > 0) setTimeout(answer, options.delayMs);
    else answer();
  };
  return { handler, rules };
}
