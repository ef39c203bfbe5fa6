import type { Terminal } from '../../system/terminallock.ts';

/** The stderr of one run, as it comes. */
export interface RunOutput {
  write(text: string): void;
  /** Shows what came after the last newline. */
  end(): void;
}

/** Everything that plugins say to the user, in whole lines. */
export interface PluginOutput {
  /** Opens the stderr of a run; a line that another run of the group has said is not said again. */
  open(group: string, cluster: string): RunOutput;
  /** A line of our own about a plugin, once. */
  once(cluster: string, text: string): void;
}

const longestLine = 8 * 1024;

/** Opens it over `say`, which escapes and prefixes; while somebody has the terminal, lines wait. */
export function openPluginOutput(terminal: Terminal, say: (cluster: string, line: string) => void): PluginOutput {
  const firstSaid = new Map<string, object>();
  const tell = (group: string, cluster: string, line: string, run: object) => {
    const key = `${group}\n${line}`;
    const first = firstSaid.get(key) ?? run;
    firstSaid.set(key, first);
    if (first === run) terminal.whenFree(() => say(cluster, line));
  };
  return {
    open(group, cluster) {
      const run = {};
      let rest = '';
      return {
        write(text) {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) tell(group, cluster, line.replace(/\r$/, ''), run);
          if (rest.length <= longestLine) return;
          tell(group, cluster, rest, run);
          rest = '';
        },
        end() {
          if (rest !== '') tell(group, cluster, rest, run);
          rest = '';
        },
      };
    },
    once: (cluster, text) => tell('', cluster, text, {}),
  };
}
