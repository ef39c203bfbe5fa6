import type { HelperSettings } from '../../kubeconfig/platforms/command.ts';
import type { ProviderName } from '../../kubeconfig/platforms/registry.ts';
import type { FetchedContext } from '../../kubeconfig/platforms/result.ts';
import type { Prompts } from '../../streams/prompt.ts';
import type { Prepared } from '../prepare.ts';
import type { Invocation } from '../verb.ts';
import type { Missing } from './plan.ts';

/** What the user wants of `setup`. */
export interface SetupOptions {
  readonly provider: ProviderName | undefined;
  /** Runs the shown commands without asking. */
  readonly yes: boolean;
  readonly overwrite: boolean;
}

/** Everything the steps of one `setup` share. */
export interface SetupSession {
  readonly invocation: Invocation;
  readonly prepared: Prepared;
  readonly options: SetupOptions;
  /** Undefined where nobody is asked: every question then has its careful answer. */
  readonly questions: Prompts | undefined;
  /** This machine's settings for the clouds' commands. */
  readonly settings: Omit<HelperSettings, 'tmp' | 'context'>;
  /** One line on stderr, escaped here. */
  say(line: string): void;
}

/** One cluster that has got a way in, not written yet. */
export interface Found {
  readonly missing: Missing;
  /** The context that the mapping file will name. */
  readonly context: string;
  /** To be merged into the kubeconfig; absent where the context is there already. */
  readonly fetched?: FetchedContext;
}
