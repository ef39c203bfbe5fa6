import { ClusterFailure } from '../../errors.ts';

/** Where a hint came from, for messages. */
export interface HintSource {
  readonly command: string;
  readonly recipe: string;
}

/** A refused hint; `offender` is the flag or word that is in the way. */
export class HintRefused extends ClusterFailure {
  readonly offender: string | undefined;
  constructor(code: string, message: string, offender?: string) {
    super({ type: 'NoAccess', message, reason: code, retriable: false });
    this.offender = offender;
  }
}

/** E-HINT-ARG: an argument that the recipe's grammar does not have. */
export function hintArg({ command, recipe }: HintSource, arg: string): HintRefused {
  const message = `the hub's arguments for "${command}" contain "${shown(arg)}", which recipe "${recipe}" does not accept`;
  return new HintRefused('E-HINT-ARG', message, arg);
}

/** E-HINT-VALUE: a value that is not of the flag's form. */
export function hintValue({ recipe }: HintSource, flag: string): HintRefused {
  return new HintRefused('E-HINT-VALUE', `the hub's value for "${flag}" is not valid for recipe "${recipe}"`, flag);
}

/** E-HINT-MISSING: something that the recipe cannot do without. */
export function hintMissing({ command }: HintSource, arg: string): HintRefused {
  return new HintRefused('E-HINT-MISSING', `the hub's arguments for "${command}" lack "${arg}"`, arg);
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
