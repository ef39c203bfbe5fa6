import { UsageError } from '../../errors.ts';

/** Reads `--label k=v`, and `k-` (undefined: taken away) where that is allowed; UsageError for anything else. */
export function parseLabels(texts: readonly string[], allowRemoval: boolean): ReadonlyMap<string, string | undefined> {
  return new Map(
    texts.map((text) => {
      const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9._/-]*)=(.*)$/s.exec(text) ?? [];
      if (key !== undefined && value !== undefined) return [key, value] as const;
      const gone = allowRemoval ? /^([A-Za-z0-9][A-Za-z0-9._/-]*)-$/.exec(text)?.[1] : undefined;
      if (gone !== undefined) return [gone, undefined] as const;
      const form = allowRemoval ? 'KEY=VALUE or KEY-' : 'KEY=VALUE';
      throw new UsageError(`invalid argument ${JSON.stringify(text)} for "--label" flag: must be ${form}`);
    }),
  );
}
