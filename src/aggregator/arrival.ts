import type { Packed, Part, Strategy, StrategyRun } from './strategy.ts';

/** Every page as it comes, and one part without pages when its cluster ends; nothing is held and nothing can be withdrawn. */
export const arrival: Strategy = {
  name: 'arrival',
  open<P extends Packed>(): StrategyRun<P> {
    return {
      add(event): readonly Part<P>[] {
        if (event.kind === 'item')
          return [{ cluster: event.cluster, pages: [event.item], outcome: { kind: 'answered' } }];
        return event.kind === 'end' ? [{ cluster: event.cluster, pages: [], outcome: event.outcome }] : [];
      },
      end: () => [],
    };
  },
};
