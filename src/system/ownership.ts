import { UsageError } from '../errors.ts';
import { fileInfo, readText } from './files.ts';
import type { Host } from './host.ts';

/** Throws a UsageError for a file that somebody else than the user (or root) may write: what it says would be theirs to decide. */
export async function refuseForeignFile(path: string, host: Host, database: UserDatabase = systemUsers): Promise<void> {
  const { uid } = host;
  if (uid === undefined) return;
  const info = await fileInfo(path).catch(() => undefined);
  if (info === undefined) return;
  const refused = (more: string) => new UsageError(`${path} is writable by other users; not used`, { more: [more] });
  if (info.uid !== uid && info.uid !== 0) throw refused(`it belongs to another user (uid ${info.uid})`);
  if ((info.mode & 0o002) !== 0) throw refused(`run: chmod go-w ${path}`);
  if ((info.mode & 0o020) !== 0 && !(await isOwnGroup(info.gid, uid, database)))
    throw refused(`run: chmod g-w ${path}`);
}

/** Who besides the user may read a file: everybody, or its group where others are in it; undefined for nobody, and where the system has no such bits. */
export async function othersWhoRead(
  path: string,
  { uid }: Host,
  database: UserDatabase = systemUsers,
): Promise<'everybody' | 'its group' | undefined> {
  const info = uid === undefined ? undefined : await fileInfo(path).catch(() => undefined);
  if (uid === undefined || info === undefined) return undefined;
  if ((info.mode & 0o004) !== 0) return 'everybody';
  return (info.mode & 0o040) !== 0 && !(await isOwnGroup(info.gid, uid, database)) ? 'its group' : undefined;
}

/** Where users and groups are looked up; undefined for what cannot be read. */
export interface UserDatabase {
  passwd(): Promise<string | undefined>;
  group(): Promise<string | undefined>;
}

const systemUsers: UserDatabase = {
  passwd: () => readText('/etc/passwd').catch(() => undefined),
  group: () => readText('/etc/group').catch(() => undefined),
};

/** True for a group in which nobody else is: many systems give every user one of their own and a umask of 002. */
async function isOwnGroup(gid: number, uid: number, database: UserDatabase): Promise<boolean> {
  const [passwd, group] = await Promise.all([database.passwd(), database.group()]);
  const users = rows(passwd).map(([name, , id, primary]) => ({ name, uid: Number(id), gid: Number(primary) }));
  const me = users.find((user) => user.uid === uid);
  const entry = rows(group).find(([, , id]) => Number(id) === gid);
  // Users of a directory service are not listed here; there the numbers alone tell.
  if (me === undefined || entry === undefined) return gid === uid;
  const members = (entry[3] ?? '').split(',').filter(Boolean);
  return members.every((name) => name === me.name) && users.every((user) => user.uid === uid || user.gid !== gid);
}

function rows(text: string | undefined): readonly (readonly string[])[] {
  return (text ?? '').split('\n').map((line) => line.split(':'));
}
