import { cautionText } from '../../access/recipehosts.ts';
import type { Target, UnlistedHost } from '../../access/target.ts';
import type { SetupSession } from './session.ts';

/** Hosts that a recipe refuses because they are not its cloud's: shown with what would be sent there, listed on a typed `yes` alone. */
export async function askHosts(targets: readonly Target[], session: SetupSession): Promise<readonly UnlistedHost[]> {
  const chosen: UnlistedHost[] = [];
  for (const { cluster, access } of targets) {
    const host = access.kind === 'ended' ? access.unlisted : undefined;
    if (host === undefined || chosen.some(({ recipe, origin }) => recipe === host.recipe && origin === host.origin))
      continue;
    session.say(`Warning: ${cluster.name}: ${cautionText(host.recipe, host.host)}`);
    const typed = await session.questions?.line(
      `Type yes to list ${host.origin} as one of yours, Enter to leave it refused`,
    );
    if (typed === 'yes') chosen.push(host);
  }
  return chosen;
}
