/** What we know about the machine and the caller, as data; made once in main.ts and in tests. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, undefined where there is none. */
  readonly home: string | undefined;
  readonly cwd: string;
  readonly platform: string;
  /** The effective user id, undefined on Windows. */
  readonly uid: number | undefined;
}
