/** Finished answers, so that the server costs little in a benchmark. */
import type { Reply } from './reply.ts';

/** Keeps replies for a while, and at most `maxBytes` of them. */
export interface ReplyCache {
  get(key: string, make: () => Reply): Reply;
}

/** Ages in cells are a minute old at worst; the simulated objects are too old for that to show. */
const keepMs = 60_000;

/** A cache that forgets the least recently used replies first. */
export function makeReplyCache(maxBytes = 256 * 1024 * 1024): ReplyCache {
  const kept = new Map<string, { readonly reply: Reply; readonly until: number }>();
  let bytes = 0;
  const forget = (key: string) => {
    bytes -= kept.get(key)?.reply.body.length ?? 0;
    kept.delete(key);
  };
  return {
    get(key, make) {
      const old = kept.get(key);
      if (old && old.until > Date.now()) {
        kept.delete(key);
        kept.set(key, old);
        return old.reply;
      }
      forget(key);
      const reply = make();
      kept.set(key, { reply, until: Date.now() + keepMs });
      bytes += reply.body.length;
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes || oldest === key) break;
        forget(oldest);
      }
      return reply;
    },
  };
}
