/** Formats one JSON value the way Go's fmt.Sprint shows it in a cell: kubectl prints table cells like that. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return goNumber(value);
  // A CRD's column without a value: kubectl leaves it blank.
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return `[${value.map(cellText).join(' ')}]`;
  const entries = Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, inner]) => `${key}:${cellText(inner)}`).join(' ')}]`;
}

/** Go's %v of a number that came out of JSON: integers plain, floats in %g with an exponent of at least two digits. */
export function goNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= 21) {
    const [mantissa, power] = value.toExponential().split('e') as [string, string];
    const digits = power.slice(1).padStart(2, '0');
    return `${mantissa}e${power[0]}${digits}`;
  }
  return String(value);
}
