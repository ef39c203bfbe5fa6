import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startChild } from './child.ts';

const dir = mkdtempSync(join(tmpdir(), 'kmc-child-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a server process', () => {
  it('ends on request, by its pid, with its words in a log', async () => {
    const child = startChild('talker', ['sh', '-c', 'echo ready; exec sleep 100'], { dir });
    await vi.waitUntil(() => child.pid() !== undefined && child.lastWords() === 'ready');
    const pid = child.pid()!;
    expect(isAlive(pid)).toBe(true);
    await child.stop(2_000);
    expect(child.exited()).toBe(true);
    expect(isAlive(pid)).toBe(false);
  });

  it('is killed where it does not listen', async () => {
    const child = startChild('deaf', ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'], { dir });
    await vi.waitUntil(() => child.pid() !== undefined && child.lastWords() === 'ready');
    await child.stop(100);
    expect(isAlive(child.pid()!)).toBe(false);
  });

  it('notices an early end', async () => {
    const child = startChild('brief', ['sh', '-c', 'echo no such flag; exit 3'], { dir });
    await vi.waitUntil(() => child.exited());
    expect(child.lastWords()).toBe('no such flag');
  });

  it('ends with a parent that was killed', async () => {
    const script = `
      const { startChild } = await import(${JSON.stringify(join(import.meta.dirname, 'child.ts'))});
      const child = startChild('orphan', ['sleep', '100'], { dir: ${JSON.stringify(dir)} });
      const timer = setInterval(() => { if (child.pid()) { clearInterval(timer); console.log(child.pid()); } }, 10);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(output));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
  });
});
