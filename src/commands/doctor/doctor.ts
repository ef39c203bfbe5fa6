import { API_VERSION } from '../../api/result.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { readSettings } from '../settings.ts';
import { Ending, type Invocation, type Verb } from '../verb.ts';
import { compareMembers } from './consistency.ts';
import { checkContexts } from './contexts.ts';
import { readFiles } from './files.ts';
import { bySeverity, type Finding, isError } from './finding.ts';
import { findClusters, needsOf } from './inventory.ts';
import { checkMembers, type Members } from './members.ts';
import { checkOtherPlugin } from './otherplugin.ts';
import { checkPermissions } from './permissions.ts';
import { type DoctorReport, renderReport } from './render.ts';
import { checkTools } from './tools.ts';

const flags = [
  { name: 'output', short: 'o', kind: 'string', choices: ['json'], value: 'FORMAT', help: 'json' },
  { name: 'consistency', kind: 'bool', help: 'Compare versions, CRDs and namespaces of the clusters' },
  { name: 'ascii', kind: 'bool', help: 'Draw boxes and signs in ASCII' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc doctor`: looks for what is wrong here and in the fleet, and says what to do; changes nothing. */
export const doctor: Verb = {
  name: 'doctor',
  use: 'doctor [flags]',
  short: 'Find out what is wrong, and how to mend it',
  long:
    'Shows which files were read and where each context comes from, asks every selected cluster for its version and time, and lists ' +
    'what is wrong with a way out for each finding. Nothing is changed. The exit code is 1 when there are errors, 0 with hints only.',
  example:
    '# What is wrong?\nkubectl mc doctor\n\n# How do the production clusters differ?\nkubectl mc doctor --consistency --clusters "prod-*"',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [extra] = [...invocation.positionals, ...invocation.rest];
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; choose clusters with --clusters`);
    const report = await examine(invocation, values.consistency);
    const { out } = invocation.io;
    if (values.output === 'json') {
      const { toJSONText } = await import('../../serializer/json.ts');
      await terminalSafe(out, 'json').write(toJSONText({ apiVersion: API_VERSION, kind: 'DoctorReport', ...report }));
    } else await out.write(await renderReport(report, { columns: out.columns, ascii: values.ascii }));
    const { reason } = invocation.signal;
    if (reason instanceof Ending) return reason.exitCode;
    return report.findings.some(isError) ? ExitCode.failure : ExitCode.ok;
  },
};

async function examine(invocation: Invocation, consistency: boolean): Promise<DoctorReport> {
  const { host } = invocation;
  const { files, findings: ofFiles, config, mapping, kubeconfigs } = await readFiles(invocation);
  // What is wrong with the flags is misuse and no finding.
  readSettings(invocation, config);
  const { contexts, findings: ofContexts } = await checkContexts(kubeconfigs, mapping);
  const local: readonly Finding[] = [
    ...ofFiles,
    ...(await checkPermissions(files, kubeconfigs.all, host)),
    ...ofContexts,
    ...(await checkOtherPlugin(host, invocation.version)),
  ];
  const { prepared, findings: ofInventory } = await findClusters(invocation);
  const members: Members = { clusters: [], findings: [], facts: new Map() };
  const asked = prepared
    ? await checkMembers(prepared, invocation, consistency).finally(() => prepared.close())
    : members;
  const compared = consistency ? compareMembers(asked.facts) : undefined;
  const tools = await checkTools(needsOf(prepared?.targets ?? [], contexts), host);
  // One broken file also ends the search for clusters: it is told once.
  const known = new Set(local.map(({ what }) => what));
  const findings = [
    ...local,
    ...ofInventory.filter(({ what }) => !known.has(what)),
    ...tools,
    ...withoutRepeats(asked.findings, local),
    ...(compared?.findings ?? []),
  ];
  return {
    files,
    contexts: contexts.map(({ args: _args, ...context }) => context),
    clusters: asked.clusters,
    ...(compared && { consistency: compared.clusters }),
    findings: bySeverity(findings),
  };
}

/** A mapping entry whose context is missing also fails as a cluster: the entry's finding has the better way out. */
function withoutRepeats(findings: readonly Finding[], local: readonly Finding[]): readonly Finding[] {
  const missing = local.filter(({ code }) => code === 'mapping-context-missing').map(({ what }) => what);
  return findings.filter(
    ({ code, where }) =>
      code !== 'cluster-NoContext' ||
      !missing.some((what) => what.startsWith(`${where.replace('cluster ', 'cluster "')}"`)),
  );
}
