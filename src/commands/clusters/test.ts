import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { toJSONText } from '../../serializer/json.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { conclude } from '../conclude.ts';
import { prepare } from '../prepare.ts';
import type { Verb } from '../verb.ts';
import { lookingAt } from './chosen.ts';
import { kubectlLine } from './kubectlline.ts';
import { testClusters } from './testrun.ts';
import { failedAt, manyClusters, oneCluster, type TestResult, testDocument } from './testview.ts';

const flags = [
  { name: 'output', short: 'o', kind: 'string', choices: ['json'], value: 'FORMAT', help: 'json' },
  { name: 'ascii', kind: 'bool', help: 'Draw boxes and signs in ASCII' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc clusters test`: every step on the way into a cluster, and the one that fails. */
export const clustersTest: Verb = {
  name: 'test',
  use: 'test [NAME…] [flags]',
  short: 'Test the way into clusters step by step',
  long: [
    'Walks every step on the way into each cluster: its name (dns), the connection (tcp), TLS and its certificate, your login, who the',
    'server takes you for (whoami), its version, whether it is ready (readyz), and whether you may list pods (rbac). Says which step',
    'fails and why, and the kubectl command that shows the same. Certificates that end within 7 days are warned about.',
  ].join('\n'),
  example:
    '# All clusters, one row each\nkubectl mc clusters test\n\n# One cluster with all details\nkubectl mc clusters test prod',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const looking = lookingAt(invocation);
    const prepared = await prepare(looking, 'clusters test');
    try {
      const { out } = invocation.io;
      const { ledger, tested } = await testClusters(prepared, invocation);
      const entries = new Map(ledger.entries().map((entry) => [entry.cluster.name, entry]));
      const results = tested.flatMap((one): TestResult[] => {
        const entry = entries.get(one.target.cluster.name);
        const kubectl = kubectlLine(one, failedAt(one)?.name ?? 'version', prepared, invocation);
        return entry ? [{ ...one, entry, kubectl }] : [];
      });
      const view = { ascii: values.ascii, columns: out.columns };
      const [first, ...others] = results;
      if (values.output === 'json') await terminalSafe(out, 'json').write(toJSONText(testDocument(results)));
      else if (first && others.length === 0) await out.write(await oneCluster(first, view));
      else await out.write(manyClusters(results, view));
      return await conclude(ledger, prepared, invocation);
    } finally {
      await prepared.close();
    }
  },
};
