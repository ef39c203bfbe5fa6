/** What two answers must have in common, without what may differ: times, identities, framing. */
import type { Answer } from '../fleet/simulated/plain.ts';

const headers = [
  'content-type',
  'cache-control',
  'content-encoding',
  'vary',
  'warning',
  'retry-after',
  'x-content-type-options',
  'location',
];
const present = ['audit-id', 'x-kubernetes-pf-flowschema-uid', 'x-kubernetes-pf-prioritylevel-uid', 'date', 'etag'];

/** Status code, the headers that say something, and which of the others are there. */
export function comparableHead({ status, headers: all }: Answer): object {
  return {
    status,
    ...Object.fromEntries(headers.map((name) => [name, all[name]])),
    present: present.filter((name) => all[name] !== undefined),
  };
}

const oneAge = String.raw`(?:\d+[smhdy]){1,2}`;

/** A Table cell with ages made equal: `4d3h` and `(3h2m ago)`. */
export function comparableCell(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  return cell.replace(new RegExp(`^${oneAge}$`), 'AGE').replace(new RegExp(`\\(${oneAge} ago\\)$`), '(AGE ago)');
}

/** Every path of keys in an object; array elements are put together, keys of maps such as labels are left out. */
export function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((entry) => keyPaths(entry, `${path}[]`)))];
  if (value === null || typeof value !== 'object') return [path];
  if (/\.(labels|annotations|fieldsV1|matchLabels|selector|data|capacity|allocatable)$/.test(path)) return [path];
  const paths = Object.entries(value).flatMap(([key, entry]) => keyPaths(entry, `${path}.${key}`));
  return paths.length === 0 ? [path] : [...new Set(paths)];
}

/** How a table looks: `CLUSTER` and age columns have a width of their own, so runs of blanks become one. */
export function comparableText(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split(/ {2,}/)
        .map((cell) => comparableCell(cell.trim()))
        .join('  '),
    )
    .join('\n');
}
