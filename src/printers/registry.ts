import type { OutputFormat } from './format.ts';

/** All output formats by their word in `-o`, loaded when asked for: a new format is one file and one line here. */
export const formats: Readonly<Record<string, () => Promise<OutputFormat>>> = {
  '': () => import('./table/table.ts').then((module) => module.table),
  wide: () => import('./table/table.ts').then((module) => module.table),
  json: () => import('./objects/json.ts').then((module) => module.json),
  yaml: () => import('./objects/yaml.ts').then((module) => module.yaml),
  jsonl: () => import('./objects/jsonl.ts').then((module) => module.jsonl),
  name: () => import('./objects/name.ts').then((module) => module.name),
  jsonpath: () => import('./objects/jsonpath.ts').then((module) => module.jsonpath),
  'jsonpath-file': () => import('./objects/jsonpath.ts').then((module) => module.jsonpath),
  'custom-columns': () => import('./table/customcolumns.ts').then((module) => module.customColumns),
  'custom-columns-file': () => import('./table/customcolumns.ts').then((module) => module.customColumnsFile),
};

/** Words of `-o` whose argument is a file that holds what the format is opened with. */
export const fileFormats: ReadonlySet<string> = new Set(['jsonpath-file', 'custom-columns-file']);
