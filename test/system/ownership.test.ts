import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { refuseForeignFile } from '../../src/system/ownership.ts';

const dir = mkdtempSync(join(tmpdir(), 'ownership-'));
const file = join(dir, 'config.yaml');
writeFileSync(file, '');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const uid = process.geteuid?.() ?? 0;
const gid = process.getegid?.() ?? 0;
const look = (mode: number, passwd?: string, group?: string, who = uid) => {
  chmodSync(file, mode);
  const host = { env: {}, home: dir, cwd: dir, platform: 'linux', uid: who };
  return refuseForeignFile(file, host, { passwd: async () => passwd, group: async () => group });
};
const me = `me:x:${uid}:${gid}:::`;

describe('a file that decides what runs', () => {
  test.each([
    ['private', 0o600, undefined, undefined],
    ['readable for all', 0o644, undefined, undefined],
    ["writable for the user's own group", 0o664, `${me}\nyou:x:4242:4242:::`, `me:x:${gid}:`],
    ['which may list the user again', 0o660, me, `me:x:${gid}:me`],
  ])('is used when %s', async (_, mode, passwd, group) => {
    await expect(look(mode, passwd, group)).resolves.toBeUndefined();
  });

  test.each([
    ['writable for all', 0o602, me, `me:x:${gid}:`, 'go-w'],
    ['writable for a group with others in it', 0o660, me, `dev:x:${gid}:me,you`, 'g-w'],
    ["writable for somebody's main group", 0o660, `${me}\nyou:x:4242:${gid}:::`, `dev:x:${gid}:`, 'g-w'],
  ])('is refused when %s', async (_, mode, passwd, group, fix) => {
    await expect(look(mode, passwd, group)).rejects.toMatchObject({
      message: `${file} is writable by other users; not used`,
      more: [`run: chmod ${fix} ${file}`],
      exitCode: 2,
    });
  });

  test("somebody else's", async () => {
    // Only root can give files away; for everybody else it is enough to be another.
    if (uid === 0) chownSync(file, 4242, gid);
    try {
      await expect(look(0o600, undefined, undefined, uid === 0 ? 0 : uid + 1)).rejects.toThrow(
        'writable by other users',
      );
    } finally {
      if (uid === 0) chownSync(file, uid, gid);
    }
  });

  test('nothing is said about a file that is not there, nor on Windows', async () => {
    const host = { env: {}, home: dir, cwd: dir, platform: 'win32', uid: undefined };
    chmodSync(file, 0o666);
    await refuseForeignFile(file, host);
    await refuseForeignFile(join(dir, 'gone'), { ...host, uid });
  });
});
