import { expect, test } from 'vitest';
import { expandPath } from '../../src/system/paths.ts';

const context = { home: '/home/u', env: { DIR: '/d', NAME: 'n', TRICKY: '$DIR' }, base: '/base' };

test.each([
  ['', ''],
  ['~', '/home/u'],
  ['~/x/y', '/home/u/x/y'],
  ['~other/x', '/base/~other/x'],
  ['a~', '/base/a~'],
  ['/abs/../x', '/x'],
  ['x', '/base/x'],
  ['./x', '/base/x'],
  ['../x', '/x'],
  ['$DIR/x', '/d/x'],
  [`\${DIR}x/$NAME`, '/dx/n'],
  ['$DIRx', ''],
  ['$UNSET/x', '/x'],
  ['$UNSET', ''],
  ['$TRICKY', '/base/$DIR'],
  ['a$', '/base/a$'],
  ['a$1', '/base/a$1'],
])('%s → %s', (value, expected) => {
  expect(expandPath(value, context)).toBe(expected);
});

test('without a home folder ~ is an ordinary name', () => {
  expect(expandPath('~/x', { ...context, home: undefined })).toBe('/base/~/x');
});
