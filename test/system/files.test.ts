import { chmod, mkdtemp, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ensurePrivateDir, fileInfo, listDir, readText, removeFile, writeAtomic } from '../../src/system/files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kubectl-mc-files-'));
});

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('reading', () => {
  test('what is missing is undefined, also below a file', async () => {
    await writeFile(join(dir, 'file'), 'x');
    for (const path of ['none', 'none/none', 'file/below']) {
      expect(await readText(join(dir, path))).toBeUndefined();
      expect(await fileInfo(join(dir, path))).toBeUndefined();
      expect(await listDir(join(dir, path))).toBeUndefined();
    }
  });

  test('other failures keep their code', async () => {
    await expect(readText(dir)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('a link is described by what it leads to', async () => {
    await writeFile(join(dir, 'real'), 'four');
    await chmod(join(dir, 'real'), 0o640);
    await symlink('real', join(dir, 'link'));
    expect(await fileInfo(join(dir, 'link'))).toMatchObject({
      mode: 0o640,
      size: 4,
      isFile: true,
      realPath: join(dir, 'real'),
    });
    expect(await listDir(dir)).toEqual(['link', 'real']);
  });
});

describe('writeAtomic', () => {
  test('makes a private file whatever the umask', async () => {
    await writeAtomic(join(dir, 'a'), 'text');
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe('text');
    expect(await modeOf(join(dir, 'a'))).toBe(0o600);
    await writeAtomic(join(dir, 'b'), 'text', { mode: 0o666 });
    expect(await modeOf(join(dir, 'b'))).toBe(0o666);
  });

  test.each(['existing', 'dangling'])('keeps a link to an %s file', async (kind) => {
    if (kind === 'existing') await writeFile(join(dir, 'real'), 'old');
    await symlink('real', join(dir, 'link'));
    await writeAtomic(join(dir, 'link'), 'new');
    expect(await readlink(join(dir, 'link'))).toBe('real');
    expect(await readFile(join(dir, 'real'), 'utf8')).toBe('new');
  });

  test('leaves nothing behind when it fails', async () => {
    await ensurePrivateDir(join(dir, 'target'));
    await expect(writeAtomic(join(dir, 'target'), 'x')).rejects.toThrow();
    expect(await readdir(dir)).toEqual(['target']);
  });
});

test('ensurePrivateDir makes parents and is content with what is there', async () => {
  const path = join(dir, 'a', 'b');
  await ensurePrivateDir(path);
  await ensurePrivateDir(path);
  expect(await modeOf(path)).toBe(0o700);
});

test('removeFile does not mind a missing file', async () => {
  await writeFile(join(dir, 'a'), '');
  await removeFile(join(dir, 'a'));
  await removeFile(join(dir, 'a'));
  expect(await readdir(dir)).toEqual([]);
});
