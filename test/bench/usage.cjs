'use strict';
// Loaded with `node --require` into whatever is measured: at its end it writes what it used to the file of BENCH_USAGE_FILE.
const { readFileSync, writeFileSync } = require('node:fs');

/** Peak of resident memory in kB. `maxRSS` of a process counts what stood in its place before `exec` too, a fork of the bench itself; Linux knows better. */
function peak() {
  try {
    const line = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line) return Number(line[1]);
  } catch {}
  return process.resourceUsage().maxRSS;
}

const file = process.env.BENCH_USAGE_FILE;
if (file) {
  process.once('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ kilobytes: peak(), cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
  });
}
