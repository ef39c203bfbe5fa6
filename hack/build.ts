import { bundle, ensureBuilt, root, summary } from './bundle.ts';

// node hack/build.ts [--if-missing]: bundles src/ into dist/; with the flag only where dist/ is missing or older than src/.
const unknown = process.argv.slice(2).filter((argument) => argument !== '--if-missing');
process.chdir(root);
if (unknown.length > 0) {
  process.stderr.write(`error: hack/build.ts knows only --if-missing, not ${unknown.join(' ')}\n`);
  process.exitCode = 2;
} else {
  try {
    if (process.argv.includes('--if-missing')) await ensureBuilt();
    else process.stdout.write(`${summary(await bundle())}\n`);
  } catch (error) {
    // esbuild has printed its own errors, with the lines they are about.
    process.stderr.write(`error: the build failed: ${(error as Error).message.split('\n', 1)[0]}\n`);
    process.exitCode = 1;
  }
}
