import { ClusterFailure, CommandError } from '../../errors.ts';

/** How bad it is: an error stops something from working or is not safe, a hint is worth knowing. */
export type Severity = 'error' | 'hint';

/** One thing that doctor noticed; never holds a secret. */
export interface Finding {
  readonly severity: Severity;
  /** Stable, for scripts: `mapping-context-missing`. */
  readonly code: string;
  /** One sentence. */
  readonly what: string;
  /** The file, context, clusters or program it is about. */
  readonly where: string;
  /** What to do about it, a command line where there is one. */
  readonly fix: string;
}

/** Errors first, otherwise in the order in which they were found. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
}

/** Whether a finding makes the exit code 1. */
export function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

/** Up to ten names, then how many more. */
export function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

/** The value of `work`, or undefined and what is wrong; an error that is not the user's is thrown on. */
export async function tryTo<T>(
  work: () => Promise<T>,
  failed: (message: string, more: readonly string[]) => void,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) failed(error.message, error.more);
    else if (error instanceof ClusterFailure) failed(error.message, error.error.hint ? [error.error.hint] : []);
    else if (error instanceof Error && 'code' in error) failed(error.message, []);
    else throw error;
    return undefined;
  }
}
