import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../flags/suggest.ts';
import type { Verb } from '../verb.ts';
import { authCanI } from './cani.ts';
import { authWhoami } from './whoami.ts';

const verbs: Readonly<Record<string, Verb>> = { whoami: authWhoami, 'can-i': authCanI };

/** `kubectl mc auth`: who we are and what we may do on every cluster. */
export const auth: Verb = {
  name: 'auth',
  use: 'auth COMMAND [flags]',
  short: 'Show who you are and what you may do on every cluster',
  long: 'Asks every selected cluster who it takes you for, or whether you may do something there.',
  example:
    '# Who am I, and until when\nkubectl mc auth whoami\n\n# Where may I delete pods\nkubectl mc auth can-i delete pods -n team-a',
  flags: [],
  verbs,
  run(invocation) {
    const [word] = invocation.positionals;
    if (word === 'reconcile') throw new UsageError('"auth reconcile" is not supported yet');
    throw new UsageError(
      word === undefined ? 'auth needs a command' : `unknown command "${word}" for "kubectl mc auth"`,
      {
        more: [
          ...(word === undefined ? [] : didYouMean(word, Object.keys(verbs))),
          `There are: ${Object.keys(verbs).join(', ')}`,
        ],
      },
    );
  },
};
