import { describe, expect, test } from 'vitest';
import { badFiles, circles, forbiddenImports, forbiddenNames, moduleState, testTricks } from './graph.ts';
import { mayImport } from './rooms.ts';
import { sourcesBelow } from './tree.ts';

const src = sourcesBelow('src');

describe('src/', () => {
  test('imports point one way, and each package and built-in stays behind its fence', () => {
    expect(forbiddenImports(src)).toEqual([]);
  });

  test('has no circles', () => {
    expect(circles(src)).toEqual([]);
  });

  test('names process, console, timers, the clock and the network only where they live', () => {
    expect(forbiddenNames(src)).toEqual([]);
  });

  test('has no barrels, no empty names and no long files', () => {
    expect(badFiles(src)).toEqual([]);
  });

  test('keeps no state at the top of a file', () => {
    expect(moduleState(src)).toEqual([]);
  });
});

describe('test/ and hack/', () => {
  test('mock no modules and switch no tests off', () => {
    expect(testTricks([...sourcesBelow('test'), ...sourcesBelow('hack')])).toEqual([]);
  });
});

test('the table of rooms itself points one way', () => {
  const order = Object.keys(mayImport);
  for (const [room, row] of Object.entries(mayImport)) {
    for (const entry of row)
      expect(order.indexOf(entry.replace(':types', '')), `${room} → ${entry}`).toBeLessThan(order.indexOf(room));
  }
});
