import { expect, test } from 'vitest';
import { openGate } from '../../src/system/gate.ts';

const open = new AbortController().signal;

test('places are given in the order of asking and come back once', async () => {
  const gate = openGate(1);
  const order: string[] = [];
  const first = await gate.enter(open);
  const second = gate.enter(open).then((leave) => {
    order.push('second');
    return leave;
  });
  const third = gate.enter(open).then(() => order.push('third'));
  first();
  first();
  const leave = await second;
  expect(order).toEqual(['second']);
  leave();
  await third;
  expect(order).toEqual(['second', 'third']);
});

test('one that stops waiting takes none', async () => {
  const gate = openGate(1);
  const leave = await gate.enter(open);
  const over = new AbortController();
  const away = gate.enter(over.signal);
  const after = gate.enter(open);
  over.abort('bored');
  await expect(away).rejects.toBe('bored');
  leave();
  expect(await after).toBeTypeOf('function');
  await expect(gate.enter(AbortSignal.abort('late'))).rejects.toBe('late');
});

test('a gate has one place at least', async () => {
  expect(await openGate(0).enter(open)).toBeTypeOf('function');
});
