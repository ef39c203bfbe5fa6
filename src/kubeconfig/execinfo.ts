import { sep } from 'node:path';
import type { ExecConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { resolvePath } from './clusterinfo.ts';
import type { Fields } from './fields.ts';

const group = 'client.authentication.k8s.io';
const modes = ['Never', 'IfAvailable', 'Always'] as const;

/** Checks `users[].user.exec` as client-go does before it runs anything; throws ClusterFailure of type ExecPlugin. */
export function execInfo(user: string, exec: Fields, file: string, clusterConfig: unknown): ExecConfig {
  const must = (what: string) => invalid(`${what} must be specified for ${user} to use exec authentication plugin`);
  const command = exec.text('command');
  if (command === undefined) throw must('command');
  const apiVersion = exec.text('apiVersion');
  if (apiVersion === undefined) throw must('apiVersion');
  if (apiVersion !== `${group}/v1` && apiVersion !== `${group}/v1beta1`)
    throw invalid(`exec plugin: invalid apiVersion "${apiVersion}"`);

  const written = exec.text('interactiveMode');
  // Only v1 makes the field mandatory.
  if (written === undefined && apiVersion === `${group}/v1`) throw must('interactiveMode');
  const interactiveMode = written === undefined ? 'IfAvailable' : modes.find((mode) => mode === written);
  if (interactiveMode === undefined) throw invalid(`invalid interactiveMode for ${user}: "${written}"`);

  const env = exec.records('env').map((variable) => {
    const name = variable.text('name');
    if (name === undefined) throw must('env variable name');
    return { name, value: variable.text('value') ?? '' };
  });
  const installHint = exec.text('installHint');
  return {
    apiVersion,
    // A bare name is looked up in PATH, anything else belongs to the kubeconfig's folder.
    command: command.includes(sep) ? resolvePath(command, file) : command,
    args: exec.texts('args'),
    env,
    interactiveMode,
    ...(installHint && { installHint }),
    ...(exec.flag('provideClusterInfo') && { provideClusterInfo: true }),
    ...(clusterConfig !== undefined && { clusterConfig }),
  };
}

function invalid(message: string): ClusterFailure {
  return new ClusterFailure({ type: 'ExecPlugin', message, reason: 'InvalidConfiguration', retriable: false });
}
