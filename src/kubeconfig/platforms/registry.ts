import { ack } from './ack.ts';
import { aks } from './aks.ts';
import {
  buildCommand,
  type Helper,
  type HelperCommand,
  type HelperMetadata,
  type HelperName,
  type HelperSettings,
} from './command.ts';
import { eks } from './eks.ts';
import { gke, gkeFleet } from './gke.ts';

/** A cloud, as `--provider` names it. */
export type ProviderName = 'aws' | 'gcp' | 'azure' | 'ali';

/** One cloud: its tool, and how that tool says that nobody is logged in. */
export interface Platform {
  readonly provider: ProviderName;
  /** The program, looked up in PATH. */
  readonly command: string;
  /** As in `AWS CLI not found`. */
  readonly cli: string;
  /** As in `Not authenticated to AWS`. */
  readonly cloud: string;
  /** What logs somebody in. */
  readonly login: string;
  /** On stderr, next to an exit code other than 0. */
  readonly notLoggedIn: RegExp;
  /** The programs that a kubeconfig of this cloud may run to log in. */
  readonly plugins: readonly string[];
  /** The variables that it may set for them. */
  readonly pluginVariables: RegExp;
}

/** The clouds; a new one is a line here and its helpers below. */
export const platforms: Readonly<Record<ProviderName, Platform>> = {
  aws: {
    provider: 'aws',
    command: 'aws',
    cli: 'AWS CLI',
    cloud: 'AWS',
    login: 'aws configure',
    notLoggedIn:
      /unable to locate credentials|aws configure|aws sso login|sso session|sso token|expiredtoken|token has expired|invalidclienttokenid|unrecognizedclient|invalidsignature/i,
    plugins: ['aws', 'aws-iam-authenticator'],
    pluginVariables: /^AWS_[A-Z_]+$/,
  },
  gcp: {
    provider: 'gcp',
    command: 'gcloud',
    cli: 'Google Cloud CLI',
    cloud: 'Google Cloud',
    login: 'gcloud auth login',
    notLoggedIn: /reauthentication|gcloud auth login|active account|invalid_grant|problem refreshing/i,
    plugins: ['gke-gcloud-auth-plugin'],
    pluginVariables: /^(?:CLOUDSDK|GOOGLE)_[A-Z_]+$/,
  },
  azure: {
    provider: 'azure',
    command: 'az',
    cli: 'Azure CLI',
    cloud: 'Azure',
    login: 'az login',
    notLoggedIn: /AADSTS|az login/i,
    plugins: ['kubelogin'],
    pluginVariables: /^(?:AAD|AZURE)_[A-Z_]+$/,
  },
  ali: {
    provider: 'ali',
    command: 'aliyun',
    cli: 'Alibaba Cloud CLI',
    cloud: 'Alibaba Cloud',
    login: 'aliyun configure',
    notLoggedIn:
      /aliyun configure|load configuration|invalidaccesskeyid|invalidsecuritytoken|securitytokenexpired|no credential/i,
    plugins: [],
    pluginVariables: /^$/,
  },
};

const helpers: Readonly<Record<HelperName, { readonly helper: Helper; readonly provider: ProviderName }>> = {
  eks: { helper: eks, provider: 'aws' },
  gke: { helper: gke, provider: 'gcp' },
  'gke-fleet': { helper: gkeFleet, provider: 'gcp' },
  aks: { helper: aks, provider: 'azure' },
  ack: { helper: ack, provider: 'ali' },
};

/** One helper with its cloud. */
export function helperOf(name: HelperName): { readonly helper: Helper; readonly platform: Platform } {
  const { helper, provider } = helpers[name];
  return { helper, platform: platforms[provider] };
}

/** The command that fetches credentials for one cluster; throws HelperRefused (E-HELPER-METADATA, E-HELPER-VALUE). */
export function helperArgv(helper: HelperName, metadata: HelperMetadata, settings: HelperSettings): HelperCommand {
  return buildCommand(helpers[helper].helper, metadata, settings);
}

const SPELLINGS: Readonly<Record<string, ProviderName>> = {
  ...{ aws: 'aws', eks: 'aws', amazon: 'aws' },
  ...{ gcp: 'gcp', google: 'gcp', gke: 'gcp' },
  ...{ azure: 'azure', aks: 'azure' },
  ...{ ali: 'ali', alibaba: 'ali', alicloud: 'ali', aliyun: 'ali', ack: 'ali' },
};

/** The cloud that a word stands for, in the spellings that are in use. */
export function providerOf(word: string | undefined): ProviderName | undefined {
  const key = word?.toLowerCase() ?? '';
  return Object.hasOwn(SPELLINGS, key) ? SPELLINGS[key] : undefined;
}
