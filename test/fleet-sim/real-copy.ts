/** Copies objects of the simulation to a real API server, so that both can be asked about the same things. */
import { type RealServer, send } from '../fleet/simulated/plain.ts';

/** An object as a list gives it. */
export interface Listed {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly status?: unknown;
  readonly [key: string]: unknown;
}

/** Creates one object and writes its status; `collection` is the path of its list. Fails with the server's answer. */
export async function copyTo(server: RealServer, collection: string, object: Listed): Promise<void> {
  const { name, namespace, labels, annotations, generateName } = object.metadata;
  const body = {
    ...object,
    metadata: { name, namespace, labels, annotations, generateName },
  };
  const created = await send(server, collection, { method: 'POST', body });
  if (created.status !== 201) throw new Error(`create in ${collection}: ${created.body}`);
  if (object.status === undefined) return;
  const { metadata } = JSON.parse(created.body);
  const written = await send(server, `${collection}/${name}/status`, {
    method: 'PUT',
    body: { ...JSON.parse(created.body), metadata, status: object.status },
  });
  if (written.status !== 200) throw new Error(`status in ${collection}: ${written.body}`);
}
