/** `process.kill`, handed in by main.ts: a negative id means a process group. Throws where there is nobody. */
export type Kill = (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;

/** Ends a child and everything it started: its process group where it leads one, else the processes that descend from it. */
export async function killTree(
  pid: number,
  signal: 'SIGTERM' | 'SIGKILL',
  leadsGroup: boolean,
  host: { readonly platform: string; readonly kill: Kill },
): Promise<void> {
  const kill = (id: number) => {
    try {
      host.kill(id, signal);
    } catch {
      // It has ended already.
    }
  };
  if (leadsGroup) return kill(-pid);
  const { execa } = await import('execa');
  if (host.platform === 'win32') {
    // Windows knows no gentle way for console programs.
    await execa('taskkill', ['/T', '/F', '/PID', String(pid)], { reject: false, windowsHide: true, stdio: 'ignore' });
    return;
  }
  const listed = await execa('ps', ['-A', '-o', 'pid=,ppid='], { reject: false, stdin: 'ignore', stderr: 'ignore' });
  for (const one of descendants(pid, String(listed.stdout ?? ''))) kill(one);
  kill(pid);
}

/** All processes below `pid` in a list of `pid ppid` lines. */
export function descendants(pid: number, list: string): readonly number[] {
  const pairs = list.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) for (const [id, ppid] of pairs) if (id && ppid === parent) found.push(id);
  return found.slice(1);
}
