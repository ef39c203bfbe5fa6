import { UsageError } from '../errors.ts';

/** One thing that was asked for: all objects of a type, or the one of that name. `type` is as typed (`po`, `deploy.apps`). */
export interface ResourceArg {
  readonly type: string;
  readonly name?: string;
}

/** What else stood on the command line, because it decides which arguments make sense. */
export interface ResourceArgsContext {
  /** A label or field selector was given. */
  readonly selector?: boolean;
  /** Files were given (-f, -k). */
  readonly filenames?: boolean;
  /** The verb, for messages. */
  readonly verb?: string;
}

/**
 * Reads kubectl's resource arguments: `pods`, `pods,svc`, `pods a b`, `pod/a svc/b`. Either every entry has a name or none has;
 * order is the one asked for, and `pods,svc a b` is pods/a, pods/b, svc/a, svc/b. Throws UsageError in kubectl's words.
 */
export function parseResourceArgs(
  positionals: readonly string[],
  context: ResourceArgsContext = {},
): readonly ResourceArg[] {
  const { selector = false, filenames = false, verb = 'get' } = context;
  if (positionals.length === 0) {
    if (filenames) return [];
    throw new UsageError(`You must specify the type of resource to ${verb}.`, {
      more: ['Required resource not specified.'],
    });
  }
  const words = multiply(positionals);
  const slashes = words.filter((word) => word.includes('/')).length;
  if (slashes > 0 && slashes < words.length) {
    throw new UsageError(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  if (slashes > 0) {
    const pairs = words.map(parsePair);
    if (filenames) throw new UsageError('resource/name arguments cannot be provided when a path is specified');
    if (selector) {
      throw new UsageError('selectors and the all flag cannot be used when passing resource/name arguments');
    }
    return pairs;
  }
  if (filenames) {
    throw new UsageError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  }
  const [first = '', ...names] = words;
  const types = splitTypes(first);
  if (names.length === 0) return types.map((type) => ({ type }));
  if (selector) throw new UsageError('name cannot be provided when a selector is specified');
  if (names.includes('')) throw new UsageError('resource name may not be empty');
  return types.flatMap((type) => names.map((name) => ({ type, name })));
}

/** `a,b x y` is short for `a/x a/y b/x b/y`. */
function multiply(words: readonly string[]): readonly string[] {
  const [first = '', ...names] = words;
  const types = splitTypes(first);
  if (names.length === 0 || types.length < 2) return words;
  return types.flatMap((type) => names.map((name) => `${type}/${name}`));
}

function parsePair(word: string): ResourceArg {
  const [type = '', name = '', ...more] = word.split('/');
  if (more.length > 0) throw new UsageError('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '' || splitTypes(type).length !== 1) {
    throw new UsageError('arguments in resource/name form must have a single resource and name');
  }
  return { type, name };
}

/** Types between commas, each once. */
function splitTypes(word: string): readonly string[] {
  return [...new Set(word.split(','))];
}
