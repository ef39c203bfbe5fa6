import { caText, endpointText } from '../../access/pintexts.ts';
import type { UntrustedTarget } from '../../access/target.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { escapeCell } from '../../streams/escape.ts';

/** What the user is asked to trust: one row for each cluster, then what is unusual about some of them. */
export function trustTable(untrusted: readonly UntrustedTarget[]): string {
  const rows = untrusted.map(({ access: { seen } }) => [
    seen.key,
    new URL(seen.pin.server).host,
    caText(seen.pin.ca),
    seen.pin.provider,
  ]);
  const table = plainTable(
    ['CLUSTER', 'SERVER', 'CA', 'PROVIDER'],
    rows.map((row) => row.map(escapeCell)),
  );
  const intro =
    'The hub gives addresses that are not known on this machine yet; your credentials would be sent to them:\n';
  const remarks = untrusted.flatMap(({ access: { seen, changed } }) => [
    ...(changed ? [`${seen.key} has moved: known so far is ${endpointText(changed.known)}`] : []),
    ...(seen.pin.tlsServerName ? [`${seen.key} is checked against the TLS name ${seen.pin.tlsServerName}`] : []),
    ...(seen.pin.proxyURL ? [`${seen.key} is reached through the proxy ${seen.pin.proxyURL}`] : []),
    ...(seen.caution ? [seen.caution] : []),
  ]);
  return `${intro}${table}${remarks.map((remark) => `${escapeCell(remark)}\n`).join('')}`;
}
