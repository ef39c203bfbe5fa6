import { expect, test, vi } from 'vitest';
import { openProgress } from '../../src/streams/progress.ts';
import { bufferWriter } from '../../src/streams/writer.ts';

/** A clock whose timers run when told to. */
function handClock() {
  const timers = new Set<() => void>();
  const clock = {
    after: (_ms: number, fn: () => void) => {
      timers.add(fn);
      return () => {
        timers.delete(fn);
      };
    },
  };
  const pass = () => {
    for (const fn of [...timers]) {
      timers.delete(fn);
      fn();
    }
  };
  return { clock, pass };
}

const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';

function terminal(text = () => 'asking 3 clusters') {
  const err = bufferWriter({ columns: 40 });
  const { clock, pass } = handClock();
  return { err, pass, progress: openProgress({ err, clock, enabled: true, delayMs: 500, text }) };
}

/** What remains on the screen's current line after everything was written. */
const onScreen = (text: string) =>
  (text.split(/\x1b\[1G(?:\x1b\[0K)?/).at(-1) ?? '').replaceAll(/\x1b\[\?[0-9]+[hl]/g, '');

test('shows the line after the delay, and takes it and the hidden cursor back', async () => {
  const { err, pass, progress } = terminal();
  progress.start();
  expect(err.text()).toBe('');
  pass();
  await vi.waitFor(() => expect(err.text()).toContain('asking 3 clusters'));
  expect(err.text()).toContain(HIDE);
  progress.stop();
  const text = err.text();
  expect(text.lastIndexOf(SHOW)).toBeGreaterThan(text.lastIndexOf(HIDE));
  expect(onScreen(text)).toBe('');
  progress.stop();
  expect(err.text()).toBe(text);
});

test('a command that is quicker than the delay writes nothing', () => {
  const { err, pass, progress } = terminal();
  progress.start();
  progress.stop();
  pass();
  expect(err.text()).toBe('');
});

test('what ends while the spinner loads never shows', async () => {
  const { err, pass, progress } = terminal();
  progress.start();
  pass();
  progress.stop();
  await import('ora');
  await new Promise((resolve) => setImmediate(resolve));
  expect(err.text()).toBe('');
});

test('the text is escaped and cut to one line', async () => {
  const { err, pass, progress } = terminal(() => `evil\x1b[2Jname ${'x'.repeat(100)}\nsecond`);
  progress.start();
  pass();
  await vi.waitFor(() => expect(err.text()).toContain('evil^[[2Jname xxx'));
  progress.stop();
  expect(err.text()).not.toContain('second');
  expect(err.text()).not.toContain('x'.repeat(30));
});

test('a question has the terminal to itself', async () => {
  const { err, pass, progress } = terminal();
  progress.start();
  pass();
  await vi.waitFor(() => expect(err.text()).toContain('asking'));
  const question = Promise.withResolvers<string>();
  const paused = progress.pauseWhile(question.promise);
  expect(onScreen(err.text())).toBe('');
  const before = err.text();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(err.text()).toBe(before);
  question.resolve('yes');
  expect(await paused).toBe('yes');
  await vi.waitFor(() => expect(err.text().slice(before.length)).toContain('asking'));
  progress.stop();
});

test.each([
  ['not a terminal', bufferWriter(), true],
  ['not enabled', bufferWriter({ columns: 80 }), false],
])('%s: nothing at all', async (_, err, enabled) => {
  const { clock, pass } = handClock();
  const progress = openProgress({ err, clock, enabled, delayMs: 0, text: () => 'x' });
  progress.start();
  pass();
  expect(await progress.pauseWhile(Promise.resolve(1))).toBe(1);
  progress.stop();
  expect(err.text()).toBe('');
});
