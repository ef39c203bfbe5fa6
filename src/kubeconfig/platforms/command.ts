import { ClusterFailure } from '../../errors.ts';

/** The cloud's own commands that write a kubeconfig. */
export type HelperName = 'eks' | 'gke' | 'gke-fleet' | 'aks' | 'ack';

/** Facts about a cluster that a command line is made of, by the names of `Helper.fields`; "" is absent. */
export type HelperMetadata = Readonly<Record<string, string | undefined>>;

/** What this machine decides. */
export interface HelperSettings {
  /** The temporary kubeconfig, absolute. */
  readonly tmp: string;
  /** The name of the context to be made, for those tools that let one choose. */
  readonly context?: string | undefined;
  /** aws: the profile of ~/.aws/config. */
  readonly profile?: string | undefined;
  /** gcloud: the DNS-based or the internal endpoint instead of the public address. */
  readonly dnsEndpoint?: boolean | undefined;
  readonly internalIp?: boolean | undefined;
  /** aliyun: minutes after which the certificates end (15 to 4320), and whether to use the private address. */
  readonly temporaryMinutes?: number | undefined;
  readonly privateIpAddress?: boolean | undefined;
  /** As process.platform; `win32` allows fewer characters, because a .cmd file re-reads its arguments. */
  readonly platform?: string | undefined;
}

/** A program to be run without a shell; `parse` says where the kubeconfig is when the tool does not write the file itself. */
export interface HelperCommand {
  readonly argv: readonly string[];
  /** Added to the user's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly parse?: 'json.config';
}

/** One fact that a helper needs (or may use). */
export interface HelperField {
  readonly key: string;
  readonly required: boolean;
  readonly pattern: RegExp;
  /** As in `is not a valid EKS cluster name`. */
  readonly what: string;
}

/** One of the cloud's commands as data and a function of checked values. */
export interface Helper {
  readonly name: HelperName;
  readonly fields: readonly HelperField[];
  command(values: HelperMetadata, settings: HelperSettings): HelperCommand;
}

/** E-HELPER-METADATA or E-HELPER-VALUE; `detail` names the fact. */
export class HelperRefused extends ClusterFailure {
  readonly detail: string;
  constructor(reason: 'E-HELPER-METADATA' | 'E-HELPER-VALUE', message: string, detail: string) {
    super({ type: 'NoAccess', message, reason, details: detail, retriable: false });
    this.detail = detail;
  }
}

/** The command line of one helper, made of checked values only; throws HelperRefused for a fact that is missing or of another form. */
export function buildCommand(helper: Helper, metadata: HelperMetadata, settings: HelperSettings): HelperCommand {
  const windows = settings.platform === 'win32';
  const values = helper.fields.map((field) => [field.key, checkedFact(field, metadata[field.key], windows)] as const);
  for (const key of ['context', 'profile'] as const) refuseUnsafe(key, settings[key], windows);
  const minutes = settings.temporaryMinutes;
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 15 && minutes <= 4320))
    throw new HelperRefused('E-HELPER-VALUE', `${minutes} is not between 15 and 4320 minutes`, 'temporaryMinutes');
  return helper.command(Object.fromEntries(values.filter(([, value]) => value !== undefined)), settings);
}

/** One fact as it may be used, undefined for an optional one that is absent; throws HelperRefused. */
export function checkedFact(field: HelperField, value: string | undefined, windows: boolean): string | undefined {
  if (!value) {
    if (!field.required) return undefined;
    throw new HelperRefused('E-HELPER-METADATA', `Cloud metadata not available (${field.key})`, field.key);
  }
  if (field.pattern.test(value) && (!windows || WINDOWS_SAFE.test(value))) return value;
  const message = `the hub's value for "${field.key}" is not a valid ${field.what}; set up this context by hand`;
  throw new HelperRefused('E-HELPER-VALUE', message, field.key);
}

const WINDOWS_SAFE = /^[A-Za-z0-9_.:/\\-]+$/;

/** Our own words, too, must not be read as a flag, as a file of arguments or by cmd.exe. */
function refuseUnsafe(key: string, value: string | undefined, windows: boolean): void {
  if (!value || (/^[^-@\0-\x1f\x7f][^\0-\x1f\x7f]*$/.test(value) && (!windows || WINDOWS_SAFE.test(value)))) return;
  const message = `${JSON.stringify(value)} cannot be the name of a ${key} here; set up this context by hand`;
  throw new HelperRefused('E-HELPER-VALUE', message, key);
}
