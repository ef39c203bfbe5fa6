/** SGR codes of the names that a mapping file may use. */
const CODES: Readonly<Record<string, number>> = {
  black: 30,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  white: 37,
  gray: 90,
  'bright-red': 91,
  'bright-green': 92,
  'bright-yellow': 93,
  'bright-blue': 94,
  'bright-magenta': 95,
  'bright-cyan': 96,
  'bright-white': 97,
};

/** Puts a text in a colour of the terminal's palette; an unknown colour and an empty text stay as they are. */
export function paint(text: string, colour: string): string {
  const code = Object.hasOwn(CODES, colour) ? CODES[colour] : undefined;
  return code === undefined || text === '' ? text : `\x1b[${code}m${text}\x1b[39m`;
}

/** All that decides about colours. */
export interface ColourChoice {
  /** --color; auto when it is not given. */
  readonly flag: 'auto' | 'always' | 'never';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
  /** `output.colorize` of the configuration. */
  readonly configColorize: boolean;
}

/** Whether to colour: the flag, then NO_COLOR and FORCE_COLOR (see no-color.org and force-color.org), then the file and the terminal. */
export function useColour(choice: ColourChoice): boolean {
  const { flag, env, isTTY, configColorize } = choice;
  if (flag !== 'auto') return flag === 'always';
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return configColorize && isTTY && env['TERM'] !== 'dumb';
}
