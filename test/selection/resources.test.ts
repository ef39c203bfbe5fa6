import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { parseResourceArgs, type ResourceArgsContext } from '../../src/selection/resources.ts';

const shown = (words: string[]) =>
  parseResourceArgs(words).map(({ type, name }) => (name === undefined ? type : `${type} ${name}`));

test.each<[string[], string[]]>([
  [['pods'], ['pods']],
  [['pods,svc'], ['pods', 'svc']],
  [['pods,svc,pods'], ['pods', 'svc']],
  [['deploy.apps'], ['deploy.apps']],
  [['pods', 'a'], ['pods a']],
  [
    ['pods', 'b', 'a', 'b'],
    ['pods b', 'pods a', 'pods b'],
  ],
  [['widgets.v1.example.com', 'x'], ['widgets.v1.example.com x']],
  [['pod/a'], ['pod a']],
  [
    ['pod/b', 'svc/a', 'pod/c'],
    ['pod b', 'svc a', 'pod c'],
  ],
  [
    ['pods/a', 'pods/b'],
    ['pods a', 'pods b'],
  ],
  [['deploy.apps/web'], ['deploy.apps web']],
  [
    ['pods,svc', 'a', 'b'],
    ['pods a', 'pods b', 'svc a', 'svc b'],
  ],
  [['pods,pods', 'a'], ['pods a']],
  [['pods', 'arn:x'], ['pods arn:x']],
])('%j', (words, args) => {
  expect(shown(words)).toEqual(args);
});

describe('errors in the words of kubectl', () => {
  const slash =
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";
  test.each<[string[], ResourceArgsContext, string]>([
    [['pods', 'pod/a'], {}, slash],
    [['pod/a', 'b'], {}, slash],
    [['pod/a/b'], {}, 'arguments in resource/name form may not have more than one slash'],
    [['pods,svc', 'a/b'], {}, 'arguments in resource/name form may not have more than one slash'],
    [['pods,svc/a'], {}, 'arguments in resource/name form must have a single resource and name'],
    [['/a'], {}, 'arguments in resource/name form must have a single resource and name'],
    [['pod/'], {}, 'arguments in resource/name form must have a single resource and name'],
    [['pods', ''], {}, 'resource name may not be empty'],
    [['pods', 'a'], { selector: true }, 'name cannot be provided when a selector is specified'],
    [['pod/a'], { selector: true }, 'selectors and the all flag cannot be used when passing resource/name arguments'],
    [
      ['pods,svc', 'a'],
      { selector: true },
      'selectors and the all flag cannot be used when passing resource/name arguments',
    ],
    [
      ['pods'],
      { filenames: true },
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    ],
    [['pod/a'], { filenames: true }, 'resource/name arguments cannot be provided when a path is specified'],
    [[], {}, 'You must specify the type of resource to get.'],
    [[], { verb: 'describe' }, 'You must specify the type of resource to describe.'],
  ])('%j %j', (words, context, message) => {
    const parse = () => parseResourceArgs(words, context);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });
});

test('a selector fits types, files need no arguments', () => {
  expect(parseResourceArgs(['pods,svc'], { selector: true })).toEqual([{ type: 'pods' }, { type: 'svc' }]);
  expect(parseResourceArgs([], { filenames: true })).toEqual([]);
});
