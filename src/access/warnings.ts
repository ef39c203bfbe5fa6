/** Something a platform team should know about the way into a cluster; told once per text. */
export interface AccessWarning {
  /** A W-… code. */
  readonly code: string;
  readonly message: string;
}

// What these run can be turned against the user by an argument alone.
const RISKY = /^(?:aws|gcloud|az|kubelogin|gke-gcloud-auth-plugin|sh|bash|python[\d.]*|node|env|curl)(?:\.exe|\.cmd)?$/;

/** W-APPEND-RISK: the hub may add arguments to a program that reads files or changes endpoints on request. */
export function appendRisk(provider: string, command: string): AccessWarning | undefined {
  const program = command.split(/[/\\]/).at(-1) ?? '';
  if (!RISKY.test(program)) return undefined;
  const message = `provider "${provider}" lets the hub add arguments to "${program}", which can read files or send your credentials elsewhere (profileSourcedCLIArgsPolicy)`;
  return { code: 'W-APPEND-RISK', message };
}
