import type { Outcome } from '../api/outcome.ts';
import type { Packed, Part, Strategy, StrategyRun } from './strategy.ts';

/**
 * Parts in the order of the cluster names, each as soon as everything before it has ended.
 * A failed cluster keeps the lists that came whole and loses the unfinished ones, as kubectl prints
 * the types it could read.
 */
export const merge: Strategy = {
  name: 'merge',
  open<P extends Packed>(clusters: readonly string[]): StrategyRun<P> {
    const order = [...clusters].sort(byCodeUnits);
    const held = new Map<string, P[]>();
    const ended = new Map<string, Outcome>();
    const state = { next: 0 };
    const ready = (): Part<P>[] => {
      const parts: Part<P>[] = [];
      for (let name = order[state.next]; name !== undefined; name = order[state.next]) {
        const outcome = ended.get(name);
        if (!outcome) break;
        parts.push({ cluster: name, pages: held.get(name) ?? [], outcome });
        held.delete(name);
        state.next += 1;
      }
      return parts;
    };
    return {
      add(event) {
        if (event.kind === 'item') {
          const pages = held.get(event.cluster);
          if (pages) pages.push(event.item);
          else held.set(event.cluster, [event.item]);
        } else if (event.kind === 'reset') {
          held.set(event.cluster, wholeLists(held.get(event.cluster) ?? []));
        } else if (event.kind === 'end') {
          ended.set(event.cluster, event.outcome);
          if (event.outcome.kind === 'failed') held.set(event.cluster, wholeLists(held.get(event.cluster) ?? []));
          return ready();
        }
        return [];
      },
      end: ready,
    };
  },
};

/** The pages of lists whose last page arrived. */
function wholeLists<P extends Packed>(pages: readonly P[]): P[] {
  const whole = new Set(pages.filter((page) => page.last).map((page) => page.block));
  return pages.filter((page) => whole.has(page.block));
}

/** Compares strings by UTF-16 code units, as every sorted output of this program does. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
