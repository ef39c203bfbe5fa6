import { basename } from 'node:path';
import { platforms } from '../../kubeconfig/platforms/registry.ts';
import { findExecutable } from '../../system/findexecutable.ts';
import type { Host } from '../../system/host.ts';
import { type Finding, someNames } from './finding.ts';

/** A program that somebody needs. */
export interface Need {
  readonly command: string;
  readonly args: readonly string[];
  /** The cluster or context that needs it. */
  readonly by: string;
  /** A cluster is reached through it; otherwise it would only be useful. */
  readonly required: boolean;
  /** Said by the user's own kubeconfig. */
  readonly installHint?: string | undefined;
}

const INSTALL: Readonly<Record<string, string>> = {
  aws: 'install the AWS CLI (version 2): https://docs.aws.amazon.com/cli/',
  gcloud: 'install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install',
  'gke-gcloud-auth-plugin': 'gcloud components install gke-gcloud-auth-plugin',
  az: 'install the Azure CLI: https://learn.microsoft.com/cli/azure/install-azure-cli',
  kubelogin: 'az aks install-cli',
  aliyun: 'install the Alibaba Cloud CLI: https://github.com/aliyun/aliyun-cli',
};

/** One finding per program that is needed and cannot be found; programs that nobody needs are not looked for. */
export async function checkTools(needs: readonly Need[], host: Host): Promise<readonly Finding[]> {
  const byCommand = new Map<string, Need[]>();
  for (const need of needs.flatMap(withCompanions)) {
    const known = byCommand.get(need.command);
    if (known) known.push(need);
    else byCommand.set(need.command, [need]);
  }
  const findings: Finding[] = [];
  for (const [command, wanted] of byCommand) {
    if ((await findExecutable(command, host)) !== undefined) continue;
    const required = wanted.filter((need) => need.required);
    const names = [...new Set((required.length > 0 ? required : wanted).map(({ by }) => by))];
    const absolute = command.includes('/');
    findings.push({
      severity: required.length > 0 ? 'error' : 'hint',
      code: 'tool-missing',
      what: absolute ? `there is no program ${command}` : `${command} is not on PATH`,
      where: `needed by ${someNames(names)}`,
      fix:
        INSTALL[command] ??
        wanted.find(({ installHint }) => installHint)?.installHint ??
        `install ${basename(command)}`,
    });
  }
  return findings;
}

/** Plugins that themselves run their cloud's tool. */
function withCompanions(need: Need): readonly Need[] {
  const name = basename(need.command);
  const { args } = need;
  const also = (command: string): readonly Need[] => [need, { ...need, command, args: [], installHint: undefined }];
  if (name === 'gke-gcloud-auth-plugin' && !args.includes('--use_application_default_credentials'))
    return also(platforms.gcp.command);
  const login =
    args.find((_, at) => ['--login', '-l'].includes(args[at - 1] ?? '')) ??
    args.find((arg) => arg.startsWith('--login='));
  if (name === 'kubelogin' && login?.endsWith('azurecli')) return also(platforms.azure.command);
  return [need];
}
