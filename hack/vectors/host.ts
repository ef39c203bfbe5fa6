import { tmpdir } from 'node:os';
import type { Host } from '../../src/system/host.ts';

/** The machine that the cases run on: nobody's home, no environment. */
export const host: Host = {
  env: {},
  home: undefined,
  cwd: tmpdir(),
  platform: process.platform,
  uid: process.geteuid?.(),
};
