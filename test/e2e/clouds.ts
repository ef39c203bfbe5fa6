import { access, chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Fleet, MemberName } from '../fleet/fleet.ts';
import { kubeconfigOf } from '../fleet/kubeconfig.ts';
import type { Home } from './home.ts';

/** The tools that can be faked. */
export type CloudTool = 'aws' | 'gcloud' | 'az' | 'aliyun';

/** Stand-ins for the clouds' tools in a folder that comes first in PATH. */
export interface FakeClouds {
  /** The PATH to run with: the stand-ins, and what a shell script needs. */
  readonly path: string;
  /** Every call so far: the program and its arguments, the temporary file written as TMP. */
  calls(): Promise<readonly string[]>;
  /** Puts another program in the place of a tool. */
  replace(tool: CloudTool, script: string): Promise<void>;
}

// The last line of each writes a kubeconfig as the real tool does: into the file that it is told, under the name that it is told.
const SCRIPTS: Readonly<Record<CloudTool, string>> = {
  aws: `for a; do [ "$p" = --kubeconfig ] && file=$a; [ "$p" = --alias ] && name=$a; p=$a; done
sed "s/CONTEXT/$name/" "$DATA/A.yaml" > "$file"`,
  gcloud: `for a; do case $a in --location=*) l=\${a#*=};; --project=*) p=\${a#*=};; esac; done
sed "s/CONTEXT/gke_\${p}_\${l}_$4/" "$DATA/B.yaml" > "$KUBECONFIG"`,
  az: `for a; do [ "$p" = --file ] && file=$a; [ "$p" = --context ] && name=$a; p=$a; done
sed "s/CONTEXT/$name/" "$DATA/C.yaml" > "$file"`,
  aliyun: `cat "$DATA/A.json"`,
};

/** Installs stand-ins that give alice's way into a real member: A for aws and aliyun, B for gcloud, C for az. */
export async function fakeClouds(fleet: Fleet, home: Home, tools: readonly CloudTool[]): Promise<FakeClouds> {
  const bin = join(home.dir, 'bin');
  const data = join(home.dir, 'clouds');
  const log = join(data, 'calls');
  await mkdir(bin);
  // Nothing else of this machine: it may have some of the real tools.
  for (const program of ['sh', 'sed', 'cat', 'env', 'dirname', 'readlink', 'stty', 'ps']) {
    const folder = await firstWith(program);
    if (folder !== undefined) await symlink(join(folder, program), join(bin, program));
  }
  await symlink(process.execPath, join(bin, 'node'));
  await mkdir(data);
  for (const member of ['A', 'B', 'C'] as const) {
    const text = stringify(written(fleet, member), { lineWidth: 0 });
    await writeFile(join(data, `${member}.yaml`), text);
    await writeFile(join(data, `${member}.json`), JSON.stringify({ config: text, expiration: 'never' }));
  }
  const replace = async (tool: CloudTool, script: string) => {
    const head = `#!/bin/sh\nDATA='${data}'\necho "${tool} $*" >> '${log}'\n`;
    await writeFile(join(bin, tool), `${head}${script}\n`);
    await chmod(join(bin, tool), 0o755);
  };
  for (const tool of tools) await replace(tool, SCRIPTS[tool]);
  return {
    path: bin,
    replace,
    async calls() {
      const text = await readFile(log, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replaceAll(/\S*kubectl-mc-setup-\S+/g, 'TMP'));
    },
  };
}

async function firstWith(program: string): Promise<string | undefined> {
  for (const folder of ['/bin', '/usr/bin', '/usr/local/bin']) {
    const found = await access(join(folder, program)).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  return undefined;
}

/** What a tool writes for a member: one cluster, one user, one context. */
function written(fleet: Fleet, member: MemberName): Readonly<Record<string, unknown>> {
  const config = kubeconfigOf(fleet.description, { clusters: [{ name: 'CONTEXT', server: member }] });
  const text = JSON.stringify(config);
  // The clouds give their clusters and users names of their own, which are the same for many.
  return {
    ...(JSON.parse(text.replaceAll('"cluster":"CONTEXT"', '"cluster":"kubernetes"')) as object),
    clusters: (config['clusters'] as readonly object[]).map((one) => ({ ...one, name: 'kubernetes' })),
    preferences: {},
  };
}
