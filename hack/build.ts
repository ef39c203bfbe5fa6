import { bundle, defaults, ensureBuilt, root, summary } from './bundle.ts';

// node hack/build.ts [--if-missing | --clean]: bundles src/ into dist/; --if-missing only where dist/ is missing or older than
// src/, --clean also removes the chunks of the last builds (for a package).
const unknown = process.argv.slice(2).filter((argument) => !['--if-missing', '--clean'].includes(argument));
process.chdir(root);
if (unknown.length > 0) {
  process.stderr.write(`error: hack/build.ts knows only --if-missing and --clean, not ${unknown.join(' ')}\n`);
  process.exitCode = 2;
} else {
  try {
    if (process.argv.includes('--if-missing')) await ensureBuilt();
    else process.stdout.write(`${summary(await bundle({ ...defaults, clean: process.argv.includes('--clean') }))}\n`);
  } catch (error) {
    // esbuild has printed its own errors, with the lines they are about.
    process.stderr.write(`error: the build failed: ${(error as Error).message.split('\n', 1)[0]}\n`);
    process.exitCode = 1;
  }
}
