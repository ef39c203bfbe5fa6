import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { notices } from './notices.ts';

/** The folder that holds package.json. */
export const root = resolve(import.meta.dirname, '..');

/** What esbuild is told; `entry` and `outdir` are absolute. Tests bundle entries of their own with it. */
export interface BundleOptions {
  readonly entry: string;
  readonly outdir: string;
  /** Removes every file of earlier builds, also of those that may still run. */
  readonly clean?: boolean;
}

/** This package's own entry and its dist folder. */
export const defaults: BundleOptions = { entry: join(root, 'src/main.ts'), outdir: join(root, 'dist') };

// CommonJS packages (commander, cross-spawn) require Node's modules; esbuild passes that on to a free `require`, which ES
// modules lack. Only the chunk that does the passing on gets one: ten such lines cost a whole millisecond at start-up.
const needsRequire = /\btypeof require\b/;
const requireLine = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);\n";

/** Of our package.json the program needs name and version; the rest stays out of the bundle. */
const manifest: Plugin = {
  name: 'manifest',
  setup(builder) {
    builder.onLoad({ filter: /package\.json$/ }, ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined;
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
  },
};

/**
 * Bundles the program into `outdir`: main.js, chunks/ for whatever is imported by `import()`, source maps, meta.json and
 * the licences of what went in. Chunks are named by their content and main.js comes last, so a program that starts
 * meanwhile finds a whole old bundle or a whole new one.
 */
export async function bundle(options: BundleOptions = defaults): Promise<Metafile> {
  const { entry, outdir } = options;
  const result = await build({
    absWorkingDir: root,
    entryPoints: { main: entry },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    minify: true,
    sourcemap: 'external',
    metafile: true,
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
    chunkNames: 'chunks/[name]-[hash]',
    // Packages that ship both prefer their ES modules: those can be shaken.
    mainFields: ['module', 'main'],
    plugins: [manifest],
  });
  const files = result.outputFiles.map(({ path, text }) => ({ path, contents: text }));
  for (const file of files) {
    if (!file.path.endsWith('.js') || !needsRequire.test(file.contents)) continue;
    file.contents = requireLine + file.contents;
    const map = files.find(({ path }) => path === `${file.path}.map`);
    // In a source map's mappings `;` ends a line.
    if (map) map.contents = map.contents.replace('"mappings": "', '"mappings": ";');
  }
  files.push(
    { path: join(outdir, 'meta.json'), contents: JSON.stringify(result.metafile) },
    { path: join(outdir, 'THIRD-PARTY-LICENSES.txt'), contents: notices(root, result.metafile) },
  );
  const mainFile = join(outdir, 'main.js');
  for (const file of files) if (file.path !== mainFile) await replace(file.path, file.contents);
  for (const file of files) if (file.path === mainFile) await replace(file.path, file.contents);
  await sweep(outdir, new Set(files.map(({ path }) => path)), options.clean === true);
  return result.metafile;
}

/** Whether the bundle is there and no source of it is newer. */
export function isFresh(options: BundleOptions = defaults): boolean {
  const target = join(options.outdir, 'main.js');
  if (!existsSync(target)) return false;
  const sources = [dirname(options.entry), join(root, 'hack/bundle.ts'), join(root, 'package.json')];
  return newest(sources) <= statSync(target).mtimeMs;
}

/** Builds the bundle unless it is fresh. */
export async function ensureBuilt(): Promise<void> {
  if (!isFresh()) await bundle();
}

/** The latest change in milliseconds below `paths`; folders count too, so a file that was removed is noticed. */
function newest(paths: readonly string[]): number {
  let latest = 0;
  for (const path of paths) {
    const stat = statSync(path);
    latest = Math.max(latest, stat.mtimeMs);
    if (stat.isDirectory()) latest = Math.max(latest, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return latest;
}

/** Writes beside the file and renames, so that nobody ever reads half of it. */
async function replace(path: string, contents: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, contents);
  await rename(beside, path);
}

/** Programs of an earlier build that still run load their chunks this long (milliseconds). */
const GRACE_MS = 10 * 60 * 1000;

/** Removes what earlier builds left in `outdir`, once nobody can be running it any more; `all` removes it at once. */
async function sweep(outdir: string, keep: ReadonlySet<string>, all: boolean): Promise<void> {
  for (const name of await readdir(outdir, { recursive: true, withFileTypes: true })) {
    const path = join(name.parentPath, name.name);
    if (!name.isFile() || keep.has(path)) continue;
    if (all || Date.now() - statSync(path).mtimeMs > GRACE_MS) await rm(path, { force: true });
  }
}

/** A bundle's files and sizes in one line, for people. */
export function summary(metafile: Metafile, outdir: string = defaults.outdir): string {
  const scripts = Object.entries(metafile.outputs).filter(([path]) => path.endsWith('.js'));
  const bytes = scripts.reduce((sum, [, output]) => sum + output.bytes, 0);
  return `${relative(root, outdir) || outdir}: ${scripts.length} files, ${Math.round(bytes / 1024)} kB`;
}
