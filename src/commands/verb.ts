import type { ExitCode } from '../errors.ts';
import type { FlagSet, FlagSpec } from '../flags/flag.ts';
import type { IOStreams } from '../streams/iostreams.ts';
import type { Clock } from '../system/clock.ts';
import type { Host } from '../system/host.ts';
import type { Kill } from '../system/killtree.ts';
import type { globalFlags } from './globalflags.ts';

/** The parsed flags that every command takes. */
export type GlobalFlags = FlagSet<typeof globalFlags>;

/** Everything a command is started with; nothing else of the process is visible to it. */
export interface Invocation {
  readonly global: GlobalFlags;
  /** The verb's own flags; `as` its own specs' type. */
  readonly flags: FlagSet;
  readonly positionals: readonly string[];
  /** What stood after `--`. */
  readonly rest: readonly string[];
  readonly io: IOStreams;
  readonly host: Host;
  readonly clock: Clock;
  /** Fires on Ctrl-C, SIGTERM, SIGHUP and when stdout is closed; its reason is an Ending. */
  readonly signal: AbortSignal;
  readonly kill: Kill;
  readonly version: string;
}

/** Why the command was ended from outside, and the exit code that goes with it. */
export class Ending extends Error {
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.name = 'Ending';
    this.exitCode = exitCode;
  }
}

/** A command of the program. */
export interface Verb {
  readonly name: string;
  /** The usage line after `kubectl mc`. */
  readonly use: string;
  readonly short: string;
  readonly long: string;
  readonly example: string;
  readonly flags: readonly FlagSpec[];
  /** Verbs below this one (`clusters list`). */
  readonly verbs?: Readonly<Record<string, Verb>>;
  run(invocation: Invocation): Promise<ExitCode>;
}
