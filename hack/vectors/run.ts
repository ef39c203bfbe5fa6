// The conformance runner: node hack/vectors/run.ts FILE… runs cases of the access standards through the product's own functions
// and prints {"passed": n, "failed": [{id, expected, actual}]}; exit 1 if any failed, 2 for a file that cannot be read.
import { loadVectors, runVectors, type Vector } from './suite.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: npm run --silent vectors -- FILE…');
  process.exit(2);
}
const vectors: Vector[] = [];
for (const file of files) {
  try {
    vectors.push(...(await loadVectors(file)));
  } catch (error) {
    console.error(`error: ${file}: ${(error as Error).message}`);
    process.exit(2);
  }
}
const result = await runVectors(vectors);
console.log(JSON.stringify(result, null, 2));
process.exit(result.failed.length > 0 ? 1 : 0);
