'use strict';
// Loaded with `node --require` into whatever is measured: writes the peak of its memory in kB to the file of BENCH_PEAK_FILE.
const { readFileSync, writeFileSync } = require('node:fs');

/** `maxRSS` of a process counts what stood in its place before `exec` too, a fork of the bench itself; Linux knows better. */
function peak() {
  try {
    const line = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line) return Number(line[1]);
  } catch {}
  return process.resourceUsage().maxRSS;
}

const file = process.env.BENCH_PEAK_FILE;
if (file) process.once('exit', () => writeFileSync(file, String(peak())));
