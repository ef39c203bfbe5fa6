const QUANTITY = /^([+-]?\d*\.?\d+)(?:([eE][+-]?\d+)|(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|n|u))?$/;
const SCALE: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Orders two values of --sort-by as kubectl does: missing first, numbers and quantities by value, other strings by code units. */
export function compareSortKeys(a: unknown, b: unknown): number {
  const missing = Number(b === undefined || b === null) - Number(a === undefined || a === null);
  if (missing !== 0) return missing;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  const left = String(a ?? '');
  const right = String(b ?? '');
  const quantities = [quantity(left), quantity(right)];
  if (quantities[0] !== undefined && quantities[1] !== undefined) return quantities[0] - quantities[1];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The value of a resource.Quantity, undefined where the text is none. */
function quantity(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const base = Number(`${match[1]}${match[2] ?? ''}`);
  return match[3] ? base * (SCALE[match[3]] ?? 1) : base;
}
