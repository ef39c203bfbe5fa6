/** Bodies that no well-behaved server sends. */
import { pipeline, Readable, type Writable } from 'node:stream';

/** The first part of a list (of a Table, where the client asks for one), cut inside a string. */
export function truncatedList(accept: string): Buffer {
  const rows = Array.from({ length: 20 }, (_, i) => `pod-${i}`);
  const whole = accept.includes('as=Table')
    ? {
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { resourceVersion: '1000' },
        columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0 }],
        rows: rows.map((name) => ({ cells: [name], object: null })),
      }
    : {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '1000' },
        items: rows.map((name) => ({ metadata: { name, namespace: 'default' }, spec: {}, status: {} })),
      };
  const text = JSON.stringify(whole);
  return Buffer.from(text.slice(0, text.lastIndexOf('pod-1') + 3));
}

/** Writes a valid ConfigMapList of at least `bytes` bytes, never holding more than one item in memory. */
export function hugeList(out: Writable, bytes: number): void {
  const filler = 'x'.repeat(16_000);
  function* parts(): Generator<string> {
    yield '{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1000"},"items":[';
    let written = 0;
    for (let i = 0; written < bytes; i++) {
      const item = `{"metadata":{"name":"huge-${i}","namespace":"default"},"data":{"x":"${filler}"}}`;
      written += item.length + 1;
      yield i === 0 ? item : `,${item}`;
    }
    yield ']}\n';
  }
  // A client that hangs up in the middle is what this is for.
  pipeline(Readable.from(parts()), out, () => {});
}
