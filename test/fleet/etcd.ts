import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from './child.ts';

/** Starts one etcd for all servers (each has its own key prefix) and waits until it is healthy. */
export async function startEtcd(
  program: string,
  dir: string,
  port: number,
): Promise<{ readonly child: Child; readonly url: string }> {
  const url = `http://127.0.0.1:${port}`;
  const child = startChild(
    'etcd',
    [
      program,
      `--data-dir=${join(dir, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      '--listen-peer-urls=http://127.0.0.1:0',
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    // Behind the API servers, which cannot end well without it.
    { dir, secondsAfterParent: 4 },
  );
  const deadline = performance.now() + 30_000;
  while (!(await isHealthy(url))) {
    if (child.exited()) throw new Error(`etcd ended: ${child.lastWords()} (log: ${child.log})`);
    if (performance.now() > deadline) throw new Error(`etcd is not healthy after 30 s (log: ${child.log})`);
    await sleep(25);
  }
  return { child, url };
}

function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = get(`${url}/health`, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(false));
  });
}
