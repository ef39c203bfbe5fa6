// biome-ignore-all lint/style/useTemplate: ES5
// biome-ignore-all lint/style/useNodejsImportProtocol: a Node older than the prefix must still get to the refusal
'use strict';
// The first file that Node reads. It is ES5 on purpose: a Node of any age must get as far as the refusal below.
var fs = require('fs');
var path = require('path');

var NEEDED = [22, 19];

/** Whether a `process.version` ("v22.18.0") is too old for us. */
function tooOld(version) {
  var parts = /^v?(\d+)\.(\d+)/.exec(version);
  if (!parts) return true;
  var major = Number(parts[1]);
  return major < NEEDED[0] || (major === NEEDED[0] && Number(parts[2]) < NEEDED[1]);
}

function refuse(message) {
  process.stderr.write('error: kubectl mc ' + message + '\n');
  process.exitCode = 1;
}

function launch() {
  var root = path.dirname(__dirname);
  var needed = 'needs Node.js ' + NEEDED.join('.') + ' or newer';
  if (tooOld(process.version)) {
    return refuse(needed + '; this is ' + process.version + ' (' + process.execPath + ')');
  }
  if (!fs.existsSync(path.join(root, 'dist', 'main.js'))) {
    return refuse('is not built here; run: cd ' + root + ' && npm ci && npm run build');
  }
  require('./start.cjs');
}

if (require.main === module) launch();
module.exports = { tooOld: tooOld };
