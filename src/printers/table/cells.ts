import { goText } from '../../jsonpath/gotext.ts';

/** One JSON value the way Go's fmt.Sprint shows it in a cell, as kubectl prints table cells; no value at all is a blank. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return value;
  // A CRD's column without a value: kubectl leaves it blank.
  return value === null || value === undefined ? '' : goText(value);
}
