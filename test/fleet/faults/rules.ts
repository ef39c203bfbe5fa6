/** Answers a request wrongly where a rule says so. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hugeList, truncatedList } from './bodies.ts';
import type { AnswerRule } from './fault.ts';
import { expiredPage, statusOf } from './status.ts';

/** The rules of one server or member; each rule counts the requests it was asked about. */
export interface RuleBook {
  /** Replaces all rules and starts counting anew. */
  set(rules: readonly AnswerRule[]): void;
  /** True where a rule has taken the request over; false where the real answer is to follow (with extra headers, perhaps). */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Requests that a rule has changed so far. */
  readonly applied: number;
}

/** A rule book; the first rule that holds wins. */
export function makeRules(initial: readonly AnswerRule[] = []): RuleBook {
  let rules = initial.map((rule) => ({ rule, seen: 0 }));
  let applied = 0;
  return {
    set(next) {
      rules = next.map((rule) => ({ rule, seen: 0 }));
    },
    answer(request, response) {
      for (const entry of rules) {
        if (!concerns(entry.rule, request.url ?? '')) continue;
        entry.seen += 1;
        const skip = entry.rule.skip ?? 0;
        if (entry.seen <= skip || entry.seen > skip + (entry.rule.times ?? Number.POSITIVE_INFINITY)) continue;
        applied += 1;
        return play(entry.rule, request, response);
      }
      return false;
    },
    get applied() {
      return applied;
    },
  };
}

function concerns(rule: AnswerRule, url: string): boolean {
  if (rule.path !== undefined && !url.includes(rule.path)) return false;
  return rule.kind !== 'expiredPage' || continueToken(url) !== undefined;
}

function continueToken(url: string): string | undefined {
  return new URL(url, 'https://127.0.0.1').searchParams.get('continue') ?? undefined;
}

function play(rule: AnswerRule, request: IncomingMessage, response: ServerResponse): boolean {
  const url = request.url ?? '';
  switch (rule.kind) {
    case 'warning':
      response.appendHeader('Warning', `299 - "${rule.text.replace(/["\\]/g, '\\$&')}"`);
      return false;
    case 'hang':
      return true;
    case 'status': {
      if (rule.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(rule.retryAfterSeconds));
      sendJSON(response, rule.code, statusOf(rule.code, rule));
      return true;
    }
    case 'expiredPage':
      sendJSON(response, 410, expiredPage(continueToken(url) ?? ''));
      return true;
    case 'html':
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end('<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n');
      return true;
    case 'redirect':
      response.writeHead(rule.code ?? 302, { Location: rule.to, 'Content-Type': 'text/html; charset=utf-8' });
      response.end(`<a href="${rule.to}">Found</a>.\n`);
      return true;
    case 'truncated':
      return truncate(rule.how, request, response);
    case 'huge':
      response.writeHead(200, { 'Content-Type': 'application/json' });
      hugeList(response, rule.bytes);
      return true;
  }
}

function sendJSON(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.end(`${JSON.stringify(body)}\n`);
}

function truncate(how: 'length' | 'short' | 'chunked', request: IncomingMessage, response: ServerResponse): true {
  const stump = truncatedList(request.headers.accept ?? '');
  const promised = how === 'short' ? stump.length * 2 : stump.length;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    ...(how === 'chunked' ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': promised }),
  });
  if (how === 'length') response.end(stump);
  else response.write(stump, () => response.socket?.end());
  return true;
}
