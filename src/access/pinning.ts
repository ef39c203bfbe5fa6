import type { EndpointConfig } from '../api/config.ts';
import type { Outcome } from '../api/outcome.ts';
import type { RESTConfig } from '../client/restconfig.ts';
import type { Host } from '../system/host.ts';
import { failed } from './ended.ts';
import { refused } from './endpoint.ts';
import { entriesOf, type KnownCluster, loadKnownClusters } from './knownclusters.ts';
import { comparePins, decidePin, type PinField, type PinnedEndpoint } from './pins.ts';
import { type Change, changeText, pinChanged, pinUnknown } from './pintexts.ts';
import type { Access, SeenEndpoint } from './target.ts';
import type { AccessWarning } from './warnings.ts';

/** Judges endpoints of one hub by the known clusters. */
export interface Pinning {
  judge(seen: SeenEndpoint, ready: Ready): Promise<Access>;
}

/** An access that lacks nothing but trust. */
export interface Ready {
  readonly config: RESTConfig;
  readonly namespace: string;
}

/** What pinning needs; the known clusters are read with the first endpoint. */
export interface PinningDeps {
  readonly host: Host;
  readonly hub: string;
  /** `review`: whatever is not known is left for the user to look at (kubectl mc trust). */
  readonly mode: Pick<EndpointConfig, 'pin' | 'firstUse'> | 'review';
  readonly onWarning: (cluster: string, warning: AccessWarning) => void;
}

/** Opens the judgement of one command. */
export function openPinning({ host, hub, mode, onWarning }: PinningDeps): Pinning {
  const state: { known?: Promise<readonly KnownCluster[]> } = {};
  return {
    async judge(seen, ready) {
      if (mode !== 'review' && mode.pin === 'off') return { kind: 'config', ...ready };
      state.known ??= loadKnownClusters(host);
      const entries = entriesOf(await state.known, hub, [seen.key, ...seen.aliases]);
      const verdict = comparePins(entries, seen.pin);
      if (mode === 'review') {
        if (verdict.kind === 'known') return { kind: 'config', ...ready };
        if (verdict.kind === 'narrowed') return { kind: 'config', ...ready, record: seen };
        const changed = verdict.kind === 'changed' ? changeOf(verdict.known, verdict.fields) : undefined;
        return { kind: 'untrusted', ...ready, seen, ...(changed && { changed }) };
      }
      const decision = decidePin(verdict, mode);
      if (decision.kind === 'ask') return { kind: 'untrusted', ...ready, seen };
      if (decision.kind === 'refuse') {
        if (verdict.kind === 'changed') return ended(pinChanged(seen, changeOf(verdict.known, verdict.fields)));
        return ended(pinUnknown(seen, 'refuse'));
      }
      if (decision.changed)
        onWarning(seen.key, {
          code: 'W-PIN-CHANGED',
          message: `${changeText(decision.changed)}; access.endpoints.pin is "warn", so it is used all the same`,
        });
      // Nobody looks at a host that is accepted unseen.
      if (verdict.kind === 'new' && seen.caution !== undefined)
        return ended(failed(refused('E-ENDPOINT-RECIPE', seen.caution).error));
      return { kind: 'config', ...ready, ...(decision.record && { record: seen }) };
    },
  };
}

function changeOf(known: PinnedEndpoint, fields: readonly PinField[]): Change {
  return { known: { ...known, since: (known as KnownCluster).firstSeen ?? '' }, fields };
}

function ended(outcome: Outcome): Access {
  return { kind: 'ended', outcome };
}
