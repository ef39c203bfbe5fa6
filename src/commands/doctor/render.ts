import { drawGrid } from '../../printers/table/grid.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { escapeCell, escapeMessage } from '../../streams/escape.ts';
import type { ClusterConsistency, Difference } from './consistency.ts';
import type { ContextFact } from './contexts.ts';
import type { FileFact } from './filefact.ts';
import { bySeverity, type Finding, isError } from './finding.ts';
import type { ClusterFact } from './members.ts';

/** Everything that doctor found out, as `-o json` gives it. */
export interface DoctorReport {
  readonly files: readonly FileFact[];
  readonly contexts: readonly Omit<ContextFact, 'args'>[];
  readonly clusters: readonly ClusterFact[];
  readonly consistency?: readonly ClusterConsistency[];
  readonly findings: readonly Finding[];
}

/** The report for people. */
export async function renderReport(
  report: DoctorReport,
  { columns, ascii }: { readonly columns?: number | undefined; readonly ascii: boolean },
): Promise<string> {
  const { files, contexts, clusters, consistency, findings } = report;
  const sections: string[] = [];
  const rows = files.map(({ role, state, mode, path }) => [role, state, mode ?? '', path]);
  if (rows.length > 0)
    sections.push(`Files\n${await drawGrid({ head: ['WHAT', 'STATE', 'MODE', 'PATH'], rows, columns, ascii })}`);
  if (contexts.length > 0)
    sections.push(
      `Contexts\n${table(
        ['NAME', 'SERVER', 'CLUSTERS', 'FILE'],
        contexts.map((each) => [
          `${each.context}${each.current ? ' *' : ''}`,
          each.server ?? '<none>',
          each.mappedBy.join(',') || '<none>',
          each.file,
        ]),
      )}`,
    );
  if (clusters.length > 0)
    sections.push(
      `Clusters\n${table(
        ['NAME', 'SOURCE', 'CONTEXT', 'ANSWER'],
        clusters.map((each) => [
          each.cluster,
          each.source,
          each.context ?? '<none>',
          each.version ?? `${each.state}: ${each.message ?? ''}`,
        ]),
      )}`,
    );
  if (consistency) sections.push(`Consistency\n${consistency.map(consistencyLines).join('')}`);
  sections.push(findingLines(findings, ascii));
  return sections.join('\n');
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return plainTable(
    headers,
    rows.map((row) => row.map(escapeCell)),
  );
}

function consistencyLines({ cluster, version, crds, namespaces }: ClusterConsistency): string {
  const part = (word: string, difference: Difference | null): readonly string[] => {
    if (difference === null) return [`  ${word}: you may not list them`];
    const { has, lacks } = difference;
    if (has.length + lacks.length === 0) return [];
    return [
      `  ${word}:`,
      ...has.map((one) => `    + ${escapeCell(one)}`),
      ...lacks.map((one) => `    - ${escapeCell(one)}`),
    ];
  };
  const all = [...part('CRDs', crds), ...part('namespaces', namespaces)];
  return `${[`${escapeCell(cluster)}  ${escapeCell(version)}`, ...all].join('\n')}\n`;
}

function findingLines(findings: readonly Finding[], ascii: boolean): string {
  const errors = findings.filter(isError).length;
  const hints = findings.length - errors;
  const heading = `Findings: ${errors} ${errors === 1 ? 'error' : 'errors'}, ${hints} ${hints === 1 ? 'hint' : 'hints'}\n`;
  const blocks = bySeverity(findings).map((finding) => {
    const bad = ascii ? 'x' : '✗';
    const lines = [
      `${isError(finding) ? bad : '-'} ${finding.code}: ${finding.what}`,
      `    where: ${finding.where}`,
      `    fix:   ${finding.fix}`,
    ];
    // Each line on its own: what a server or a file says must not write a line in our name.
    return `${lines.map((line) => escapeMessage(line.replaceAll(/\s*[\r\n]+\s*/g, ' '))).join('\n')}\n`;
  });
  return heading + blocks.join('');
}
