/**
 * The floor: the least that a program can do to print the pods of many clusters, on `node:https` alone.
 *   node bare.js TARGETS.json
 * One list for each cluster as a Table without objects, gzip, ten clusters at a time, one pool of kept connections per cluster, one aligned table.
 */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { createSecureContext } from 'node:tls';
import { gunzipSync } from 'node:zlib';

interface Targets {
  readonly ca: string;
  readonly clusters: readonly { readonly name: string; readonly url: string; readonly token: string }[];
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

const lanes = 10;
const query = new URLSearchParams({ includeObject: 'None', limit: '500' });
const accept =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

const { ca, clusters } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Targets;
const secureContext = createSecureContext({ ca });
const tables = new Map<string, Table>();

function list({ url, token }: Targets['clusters'][number]): Promise<Table> {
  const agent = new Agent({ keepAlive: true, maxSockets: 10, secureContext, servername: '' });
  const headers = { Accept: accept, 'Accept-Encoding': 'gzip', Authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    get(`${url}/api/v1/namespaces/default/pods?${query}`, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const bytes = Buffer.concat(chunks);
        const body = response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        if (response.statusCode === 200) resolve(JSON.parse(body.toString('utf8')) as Table);
        else reject(new Error(`${url}: ${response.statusCode} ${body.toString('utf8').slice(0, 200)}`));
      });
    }).once('error', reject);
  });
}

const waiting = clusters.values();
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (const cluster of waiting) tables.set(cluster.name, await list(cluster));
  }),
);

const first = tables.values().next().value;
if (!first) throw new Error('no clusters');
const shown = first.columnDefinitions.flatMap(({ priority }, index) => (priority === 0 ? [index] : []));
const rows = [['CLUSTER', ...shown.map((index) => first.columnDefinitions[index]?.name.toUpperCase() ?? '')]];
for (const name of [...tables.keys()].sort()) {
  for (const { cells } of tables.get(name)?.rows ?? [])
    rows.push([name, ...shown.map((index) => String(cells[index]))]);
}
const widths = new Array<number>(shown.length + 1).fill(0);
for (const cells of rows) {
  for (const [column, cell] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
}
const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
process.stdout.write(`${lines.join('\n')}\n`, () => process.exit());
