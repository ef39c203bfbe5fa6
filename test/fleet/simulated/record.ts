/**
 * Records API discovery and Table columns of a real API server for the simulation:
 *   node test/fleet/simulated/record.ts --server https://127.0.0.1:6443 --ca FILE --token TOKEN
 * The token's user may do everything; two CustomResourceDefinitions are created where they are missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type RealServer, send } from './plain.ts';
import type { DiscoveredGroup, RecordedList } from './recorded.ts';

const discovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

async function waitFor(server: RealServer, path: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if ((await send(server, path)).status === 200) return;
    await sleep(100);
  }
  throw new Error(`${path} does not appear`);
}

async function recordLists(
  server: RealServer,
  groups: readonly DiscoveredGroup[],
): Promise<Record<string, RecordedList>> {
  const lists: Record<string, RecordedList> = {};
  for (const group of groups) {
    for (const { version, resources = [] } of group.versions) {
      const gv = group.metadata.name ? `${group.metadata.name}/${version}` : version;
      for (const { resource, verbs } of resources) {
        if (!verbs.includes('list')) continue;
        const path = `${group.metadata.name ? '/apis' : '/api'}/${gv}/${resource}?limit=1`;
        const rows = JSON.parse((await send(server, path, { accept: table })).body);
        const plain = await send(server, path);
        const warning = plain.headers['warning'];
        lists[`${gv}/${resource}`] = {
          kind: JSON.parse(plain.body).kind,
          columns: rows.columnDefinitions,
          ...(warning === undefined ? {} : { warning: String(warning) }),
        };
      }
    }
  }
  return lists;
}

async function record(server: RealServer): Promise<void> {
  for (const name of ['widgets-a', 'clusterprofiles']) {
    const crd = parse(readFileSync(new URL(`../manifests/${name}.yaml`, import.meta.url), 'utf8'));
    await send(server, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { method: 'POST', body: crd });
    await waitFor(server, `/apis/${crd.spec.group}/${crd.spec.versions[0].name}/${crd.spec.names.plural}?limit=1`);
  }
  const json = async (path: string, accept?: string) =>
    JSON.parse((await send(server, path, accept === undefined ? {} : { accept })).body);
  const [core] = (await json('/api', discovery)).items;
  const groups = (await json('/apis', discovery)).items;
  const version = await json('/version');
  const write = (name: string, value: unknown) =>
    writeFileSync(new URL(`./recorded/${name}.json`, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);
  write('discovery', { version, core, groups });
  write('lists', await recordLists(server, [core, ...groups]));
}

const { values } = parseArgs({
  options: { server: { type: 'string' }, ca: { type: 'string' }, token: { type: 'string' } },
});
if (!values.server || !values.ca || !values.token) throw new Error('--server, --ca and --token are needed');
await record({
  url: values.server,
  token: values.token,
  agent: new Agent({ ca: readFileSync(values.ca), keepAlive: true }),
});
process.exit();
