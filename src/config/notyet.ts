import type { Path } from '../serializer/positions.ts';

/** Keys (and all below them) that are read and checked but do nothing yet: a value other than the default is warned about. */
const NOT_BUILT_YET: readonly string[] = ['access.capiKubeconfigs', 'security'];

/** Single values that do nothing yet. */
const VALUES_NOT_BUILT_YET: Readonly<Record<string, readonly unknown[]>> = { 'execution.maxConcurrency': ['auto'] };

/** What to tell about a written value whose feature does not exist yet, undefined when it does. */
export function notSupportedYet(path: Path, raw: unknown, isDefault: boolean): string | undefined {
  const key = path.filter((step) => typeof step === 'string').join('.');
  if (VALUES_NOT_BUILT_YET[key]?.includes(raw)) return `${key}: ${raw} is not supported yet`;
  const isIn = (prefix: string) => key === prefix || key.startsWith(`${prefix}.`);
  if (isDefault || !NOT_BUILT_YET.some(isIn)) return undefined;
  return `${key} is not supported yet`;
}
