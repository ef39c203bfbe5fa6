import type { Clock } from '../../system/clock.ts';
import { type Member, type SharedRun, shareRun } from '../joinedrun.ts';
import type { Login } from '../login.ts';
import type { ExecCredential } from './decode.ts';

/** The login of one identity: its plugin runs once for everybody who asks, and again when it has expired or was refused. */
export interface PluginSession {
  /** The login at hand, while it is good. */
  fresh(): Login | undefined;
  get(member: Member): Promise<Login>;
  /** After a 401 for `stale`: a login that came later. Whoever was refused with an older one causes no further run. */
  renew(stale: Login | undefined, member: Member): Promise<Login>;
}

/** How a session behaves in time; all in milliseconds. */
export interface SessionTimes {
  /** A login is not used any more this long before it expires. */
  readonly earlyMs: number;
  /** However soon it expires, a new login is used this long: a skewed clock must not run the plugin for every request. */
  readonly leastMs: number;
}

/** What the product does; client-go itself has 0 for both. */
export const sessionTimes: SessionTimes = { earlyMs: 5_000, leastMs: 5_000 };

/** Opens the session of one identity (client-go's Authenticator); `run` is one run of the plugin. */
export function openSession(options: {
  readonly clock: Pick<Clock, 'now'>;
  readonly run: (member: Member, signal: AbortSignal) => Promise<ExecCredential>;
  readonly times?: SessionTimes;
}): PluginSession {
  const { clock, run, times = sessionTimes } = options;
  const state: { login?: Login; goodUntil: number; running?: SharedRun<Login> | undefined } = { goodUntil: 0 };
  const login = async (member: Member, signal: AbortSignal): Promise<Login> => {
    const answer = await run(member, signal);
    const { expiresAt = Number.POSITIVE_INFINITY } = answer;
    state.login = answer.login;
    state.goodUntil = Math.max(expiresAt - times.earlyMs, times.leastMs > 0 ? clock.now() + times.leastMs : expiresAt);
    return answer.login;
  };
  const join = (member: Member): Promise<Login> => {
    if (member.signal.aborted) return Promise.reject(member.signal.reason);
    state.running ??= shareRun(
      (signal) => login(member, signal),
      () => {
        state.running = undefined;
      },
    );
    return state.running.join(member);
  };
  // As client-go has it, the very moment of expiry still counts.
  const fresh = () => (state.login && clock.now() <= state.goodUntil ? state.login : undefined);
  return {
    fresh,
    async get(member) {
      return fresh() ?? (await join(member));
    },
    async renew(stale, member) {
      const later = stale !== state.login ? fresh() : undefined;
      return later ?? (await join(member));
    },
  };
}
