import { describe, expect, test } from 'vitest';
import type { Reader } from '../../src/streams/iostreams.ts';
import { canAsk, openPrompts } from '../../src/streams/prompt.ts';
import { matching } from '../../src/streams/promptmatch.ts';
import { nodeReader, type TerminalStream } from '../../src/streams/reader.ts';
import { bufferWriter } from '../../src/streams/writer.ts';

class Interrupted extends Error {}

/** A keyboard on which everything was typed beforehand, and what the person saw. */
function desk(...typed: readonly (string | undefined)[]) {
  const queue = [...typed];
  const modes: boolean[] = [];
  const state = { rest: '' };
  const reader: Reader = {
    isTTY: true,
    text: async () => '',
    terminal: {
      raw: (on) => void modes.push(on),
      unread: (text) => {
        state.rest = text + state.rest;
      },
      async read(signal) {
        signal.throwIfAborted();
        const { rest } = state;
        state.rest = '';
        return rest || queue.shift();
      },
    },
  };
  const err = bufferWriter({ columns: 60 });
  const open = (plain = false) =>
    openPrompts({
      io: { in: reader, err },
      signal: new AbortController().signal,
      interrupted: () => new Interrupted(),
      plain,
    });
  return { reader, err, modes, open };
}

const names = ['prod-eu', 'prod-us', 'staging', 'dev'];
const choice = { question: 'Which context', choices: names, none: 'leave it out' };

describe('a line', () => {
  test('is what was typed, or the fallback', async () => {
    const { open, err } = desk('x \n', '\n');
    expect([await open().line('Name'), await open().line('Name', { fallback: 'f' })]).toEqual(['x', 'f']);
    expect(err.text()).toBe('Name: Name [f]: ');
  });

  test('is asked for again as long as it is wrong', async () => {
    const { open, err } = desk('a b\n', 'ab\n');
    const check = (text: string) => (text.includes(' ') ? 'no spaces' : undefined);
    expect(await open().line('Name', { check })).toBe('ab');
    expect(err.text()).toBe('Name: no spaces\nName: ');
  });

  test('lines that were pasted answer one question each', async () => {
    const { open } = desk('a\nb\n');
    expect([await open().line('1'), await open().line('2')]).toEqual(['a', 'b']);
  });

  test('end of file ends the questions', async () => {
    await expect(desk('half', undefined).open().line('Name')).rejects.toThrow('the input ended');
  });
});

test.each([
  ['\n', true, true],
  ['\n', false, false],
  ['y\n', false, true],
  ['NO\n', true, false],
  ['maybe\nyes\n', false, true],
])('%j with fallback %j is %j', async (typed, fallback, expected) => {
  expect(await desk(typed).open().confirm('Sure?', fallback)).toBe(expected);
});

test.each<readonly [string, readonly string[], string | undefined]>([
  ['Enter takes the best', ['\r'], 'prod-eu'],
  ['arrows move', ['\x1b[B\x1b[B\x1b[A\r'], 'prod-us'],
  ['typing narrows', ['sta', '\r'], 'staging'],
  ['backspace widens', ['devx\x7f\r'], 'dev'],
  ['nothing below the end', ['\x1b[B'.repeat(9), '\r'], undefined],
  ['no match leaves none', ['zzz\r'], undefined],
  ['Escape clears', ['zzz', '\x1b', '\r'], 'prod-eu'],
])('list: %s', async (_, keys, expected) => {
  const { open, modes } = desk(...keys);
  expect(await open().choose(choice)).toBe(expected);
  expect(modes).toEqual([true, false]);
});

test('the list is gone once somebody chose', async () => {
  const { open, err } = desk('\r');
  await open().choose(choice);
  expect(err.text()).toContain('> prod-eu\n  prod-us\n');
  expect(err.text().endsWith('\x1b[7A\r\x1b[JWhich context: prod-eu\n')).toBe(true);
});

test.each<readonly [string, string | undefined, new () => Error]>([
  ['Ctrl-C', '\x03', Interrupted],
  ['Ctrl-D', '\x04', Error],
  ['end of file', undefined, Error],
])('%s in a list gives the terminal back', async (_, key, type) => {
  const { open, modes } = desk(key);
  await expect(open().choose(choice)).rejects.toThrow(type);
  expect(modes).toEqual([true, false]);
});

test.each<readonly [string, string, string | undefined]>([
  ['Enter takes the best', '\n', 'prod-eu'],
  ['a number', '3\n', 'staging'],
  ['none', '0\n', undefined],
  ['narrowed, then a number', 'prod\n2\n', 'prod-us'],
  ['a whole name', 'dev\n', 'dev'],
  ['a wrong number, then a right one', '9\n1\n', 'prod-eu'],
  ['no match shows all again', 'zzz\n4\n', 'dev'],
])('numbers: %s', async (_, typed, expected) => {
  expect(await desk(typed).open(true).choose(choice)).toBe(expected);
});

test.each<readonly [string, readonly string[]]>([
  ['', names],
  ['PROD', ['prod-eu', 'prod-us']],
  ['us', ['prod-us']],
  ['pus', ['prod-us']],
  ['d', ['dev', 'prod-eu', 'prod-us']],
  ['eu pr', ['prod-eu']],
  ['x', []],
])('%j matches %j', (typed, expected) => {
  expect(matching(typed, names)).toEqual(expected);
});

test('questions need somebody who reads and somebody who types', () => {
  const { reader, err } = desk();
  expect(canAsk({ in: reader, err })).toBe(true);
  expect(canAsk({ in: reader, err: bufferWriter() })).toBe(false);
  expect(canAsk({ in: { isTTY: false, text: async () => '' }, err })).toBe(false);
});

describe('a terminal as reader', () => {
  const stream = () => {
    const listeners = new Map<string, (chunk: string) => void>();
    const flow: string[] = [];
    const terminal: TerminalStream = {
      isTTY: true,
      setRawMode: (on) => flow.push(`raw ${on}`),
      resume: () => flow.push('resume'),
      pause: () => flow.push('pause'),
      on: (event, listener) => listeners.set(event, listener),
      off: (event) => listeners.delete(event),
      async *[Symbol.asyncIterator]() {},
    };
    return { terminal, flow, emit: (event: string, chunk = '') => listeners.get(event)?.(chunk), listeners };
  };

  test('reads only while it is asked, and ends for good', async () => {
    const { terminal, flow, emit, listeners } = stream();
    const input = nodeReader(terminal).terminal;
    const { signal } = new AbortController();
    const first = input?.read(signal);
    emit('data', 'a\n');
    expect(await first).toBe('a\n');
    expect([flow, listeners.size]).toEqual([['resume', 'pause'], 0]);
    const last = input?.read(signal);
    emit('end');
    expect([await last, await input?.read(signal)]).toEqual([undefined, undefined]);
  });

  test('gives up when the command ends', async () => {
    const { terminal, listeners } = stream();
    const controller = new AbortController();
    const waiting = nodeReader(terminal).terminal?.read(controller.signal);
    controller.abort(new Interrupted());
    await expect(waiting).rejects.toThrow(Interrupted);
    expect(listeners.size).toBe(0);
  });
});
