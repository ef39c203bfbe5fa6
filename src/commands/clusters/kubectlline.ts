import type { Prepared } from '../prepare.ts';
import { shellCommand } from '../setup/shellquote.ts';
import type { Invocation } from '../verb.ts';
import type { Tested } from './testrun.ts';
import type { StepName } from './teststep.ts';

/** The kubectl command that does what a step of ours did; undefined where no context of the user's leads to the cluster. */
export function kubectlLine(
  { target }: Tested,
  step: StepName,
  prepared: Prepared,
  { global }: Invocation,
): string | undefined {
  const { access, entry } = target;
  if (access.kind !== 'config' || access.context === undefined) return undefined;
  const { values } = global;
  const kubeconfig = entry?.kubeconfig || values.kubeconfig || prepared.config.kubeconfig;
  return shellCommand([
    'kubectl',
    ...(kubeconfig ? ['--kubeconfig', kubeconfig] : []),
    '--context',
    access.context,
    ...(values.as ? ['--as', values.as] : []),
    ...values['as-group'].flatMap((group) => ['--as-group', group]),
    ...(values['as-uid'] ? ['--as-uid', values['as-uid']] : []),
    ...COMMANDS[step](access.namespace),
  ]);
}

const version = () => ['get', '--raw', '/version'];
const COMMANDS: Readonly<Record<StepName, (namespace: string) => readonly string[]>> = {
  dns: version,
  tcp: version,
  tls: version,
  login: version,
  whoami: () => ['auth', 'whoami'],
  version,
  readyz: () => ['get', '--raw', '/readyz?verbose'],
  rbac: (namespace) => ['auth', 'can-i', 'list', 'pods', ...(namespace === '' ? ['-A'] : ['-n', namespace])],
};
