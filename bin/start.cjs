'use strict';
// Read only by a Node that is new enough. Turns on V8's compile cache, then loads the program.
const { join } = require('node:path');

/**
 * The user's own cache folder: Node's default is a folder in /tmp that anybody may have made before us, and what
 * lies in it is run as code.
 */
function cacheFolder({ XDG_CACHE_HOME, HOME, LOCALAPPDATA }) {
  const root = XDG_CACHE_HOME || (HOME ? join(HOME, '.cache') : LOCALAPPDATA);
  return root ? join(root, 'kubectl-mc', 'v8') : undefined;
}

try {
  // A folder that cannot be written, or a damaged entry, is Node's to ignore; NODE_COMPILE_CACHE has had its way already.
  const { enableCompileCache, getCompileCacheDir } = require('node:module');
  const folder = cacheFolder(process.env);
  if (folder && !getCompileCacheDir()) enableCompileCache(folder);
} catch {}

import('../dist/main.js').catch((error) => {
  process.stderr.write(`error: kubectl mc could not start: ${String(error?.message ?? error).split('\n', 1)[0]}\n`);
  process.exitCode = 1;
});
