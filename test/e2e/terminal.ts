import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Home } from './home.ts';
import { program } from './run.ts';

const run = promisify(execFile);

/** Whether there is a tmux, which these tests drive a real terminal with. */
export async function hasTmux(): Promise<boolean> {
  return await run('tmux', ['-V']).then(
    () => true,
    () => false,
  );
}

/** A program in a terminal of its own, with nobody else's tmux server or configuration. */
export interface Terminal {
  /** Keys as tmux names them (`Enter`, `C-c`, `Down`); with `-l` first they are typed as they stand. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a text and Enter. */
  answer(text: string): Promise<void>;
  /** Resolves to the screen once it matches; rejects with the screen after 20 s. */
  shows(pattern: RegExp): Promise<string>;
  /** The exit code, once the program has ended. */
  ended(): Promise<number>;
  /** SIGKILL to the program. */
  kill(): Promise<void>;
  /** Ends the terminal and everything in it. */
  close(): Promise<void>;
}

/** Starts `kubectl-mc` in a terminal of 140 by 60 cells. */
export async function openTerminal(
  home: Home,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Terminal> {
  const dir = await mkdtemp(join(home.dir, 'tty-'));
  const tmux = (...words: readonly string[]) => run('tmux', ['-S', join(dir, 'socket'), '-f', '/dev/null', ...words]);
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const variables = Object.entries({ ...home.env, TERM: 'screen-256color', ...env });
  const script = join(dir, 'run.sh');
  await writeFile(
    script,
    [
      `cd ${quoted(home.dir)}`,
      // Ctrl-C is for the program alone.
      'trap : INT',
      `env -i ${variables.map(([name, value]) => `${name}=${quoted(value)}`).join(' ')} ${[program, ...args].map(quoted).join(' ')}`,
      // Behind the program, so that an ending by a signal is seen, too.
      `printf '\\nEXIT:%s\\n' "$?"`,
      'exec sleep 600',
    ].join('\n'),
  );
  await tmux('new-session', '-d', '-x', '140', '-y', '60', 'sh', script);
  const screen = async () => (await tmux('capture-pane', '-p', '-S', '-200')).stdout.trimEnd();
  const until = async (pattern: RegExp) => {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const text = await screen();
      if (pattern.test(text)) return text;
      if (performance.now() > deadline) throw new Error(`the terminal never showed ${pattern}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const terminal: Terminal = {
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    async answer(text) {
      if (text !== '') await tmux('send-keys', '-l', text);
      await tmux('send-keys', 'Enter');
    },
    shows: until,
    ended: async () => Number(/EXIT:(\d+)/.exec(await until(/EXIT:\d+/))?.[1]),
    async kill() {
      const { stdout } = await tmux('list-panes', '-F', '#{pane_pid}');
      const { stdout: list } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
      const child = list
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
        .find(([, parent]) => parent === Number(stdout));
      process.kill(child?.[0] ?? -1, 'SIGKILL');
    },
    close: async () => void (await tmux('kill-server').catch(() => undefined)),
  };
  return terminal;
}
