/** An environment variable of a credential plugin. */
export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

// Variables with which whoever sets them runs code, reads files, moves requests or chooses the identity.
const DENIED: readonly RegExp[] = [
  /^(?:LD|DYLD|GIT|PYTHON|RUBY|NODE|AWS|AZURE|AAD|ARM|CLOUDSDK|GOOGLE|DOTNET|CORECLR|COR|COMPLUS|OPENSSL|KRB5|BOTO|MSI|IDENTITY|IMDS|XDG|LESS|NPM|JAVA|MSYS)_/,
  /^(?:PATH|PATHEXT|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|COMSPEC|SYSTEMROOT|WINDIR|ENV|BASH_ENV|IFS|SHELL|SHELLOPTS|TMPDIR|TMP|TEMP)$/,
  /^(?:BROWSER|PAGER|EDITOR|VISUAL|LESSOPEN|LESSCLOSE|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN|PERLLIB|CLASSPATH|GODEBUG)$/,
  /^(?:PYTHON(?:PATH|STARTUP|HOME)|PERL5(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|(?:_JAVA|JDK_JAVA|JAVA_TOOL)_OPTIONS)$/,
  /^(?:SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|SSLKEYLOGFILE)$/,
  /^(?:HTTPS?|ALL|NO|FTP)_PROXY$/,
  /^(?:KUBECONFIG|KUBERC|KUBERNETES_EXEC_INFO)$/,
];
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const CONTROL = /[\0-\x1f\x7f-\x9f]/;
const MAX_BYTES = 1024;

/** Whether a hub may set the variable; `allowed` are the names that the provider file opens. */
export function mayComeFromHub({ name, value }: EnvVar, allowed: readonly string[]): boolean {
  if (!NAME.test(name) || CONTROL.test(value) || Buffer.byteLength(value) > MAX_BYTES) return false;
  const upper = name.toUpperCase();
  return allowed.includes(name) || !DENIED.some((pattern) => pattern.test(upper));
}

/** Lays the hub's variables upon the provider's: `replace` lets the hub win by name, otherwise the provider does. */
export function mergeEnv(own: readonly EnvVar[], hub: readonly EnvVar[], replace: boolean): readonly EnvVar[] {
  const named = new Map(hub.map((variable) => [variable.name, variable]));
  const kept = own.map((variable) => (replace ? (named.get(variable.name) ?? variable) : variable));
  const names = new Set(own.map(({ name }) => name));
  return [...kept, ...hub.filter(({ name }) => !names.has(name))];
}
