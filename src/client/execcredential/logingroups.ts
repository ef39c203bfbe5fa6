import { ClusterFailure } from '../../errors.ts';
import { pluginFailure } from './failure.ts';

/** Logins that belong together, as forty clusters behind one single sign-on: the first may ask, the others find its session. */
export interface LoginGroups {
  /**
   * Runs `work`: alone and as leader until one of the group has succeeded, side by side and as follower afterwards. After three
   * failures in a row the rest of the group fails without a run.
   */
  run<T>(group: { readonly key: string; readonly command: string }, work: (leads: boolean) => Promise<T>): Promise<T>;
}

const patience = 3;

interface Group {
  succeeded: boolean;
  failures: number;
  last: string;
  leading: Promise<void> | undefined;
}

/** No groups yet. */
export function openLoginGroups(): LoginGroups {
  const groups = new Map<string, Group>();
  const groupOf = (key: string): Group => {
    const known = groups.get(key) ?? { succeeded: false, failures: 0, last: '', leading: undefined };
    groups.set(key, known);
    return known;
  };
  return {
    async run({ key, command }, work) {
      const group = groupOf(key);
      while (!group.succeeded && group.leading) await group.leading;
      if (group.succeeded) {
        try {
          return await work(false);
        } catch (error) {
          // The session may have ended: the next login may ask again.
          group.succeeded = false;
          throw error;
        }
      }
      if (group.failures >= patience)
        throw pluginFailure(`login failed ${patience} times for ${command}; last: ${group.last}`);
      const done = Promise.withResolvers<void>();
      group.leading = done.promise;
      try {
        const result = await work(true);
        group.succeeded = true;
        group.failures = 0;
        return result;
      } catch (error) {
        if (error instanceof ClusterFailure && error.error.type === 'ExecPlugin') {
          group.failures += 1;
          group.last = error.error.message;
        }
        throw error;
      } finally {
        group.leading = undefined;
        done.resolve();
      }
    },
  };
}
