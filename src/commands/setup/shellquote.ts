/** A command line that a POSIX shell reads back as it is, with the variables it is run with in front. */
export function shellCommand(argv: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  return [...variables, ...argv.map(quote)].join(' ');
}

function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return word === '' ? "''" : `'${word.replaceAll("'", `'\\''`)}'`;
}
