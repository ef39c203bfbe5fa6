import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../flags/suggest.ts';
import type { Verb } from '../verb.ts';
import { configGet, configPath, configView } from './show.ts';
import { configReset, configSet, configUnset } from './write.ts';

const verbs: Readonly<Record<string, Verb>> = {
  view: configView,
  get: configGet,
  set: configSet,
  unset: configUnset,
  path: configPath,
  reset: configReset,
};

/** `kubectl mc config`: the configuration file. */
export const config: Verb = {
  name: 'config',
  use: 'config COMMAND',
  short: 'Show and change the configuration',
  long: 'Shows and changes the configuration file (~/.kube/kubectl-mc-config.yaml). Changes keep its comments and its order.',
  example:
    '# What is configured, defaults included\nkubectl mc config view\n\n# Ask 20 clusters at once\nkubectl mc config set execution.maxConcurrency 20',
  flags: [],
  verbs,
  run(invocation) {
    const [word] = invocation.positionals;
    const names = Object.keys(verbs);
    const message = word === undefined ? 'config needs a command' : `unknown command "${word}" for "kubectl mc config"`;
    throw new UsageError(message, {
      more: [...(word === undefined ? [] : didYouMean(word, names)), `There are: ${names.join(', ')}`],
    });
  },
};
