import { expect, test } from 'vitest';
import { Ending } from '../../src/core/ending.ts';

const endless = () => new Promise<never>(() => undefined);

test('work settles by itself while the thing lives', async () => {
  const life = new Ending();
  await expect(life.guard(Promise.resolve(3))).resolves.toBe(3);
  await expect(life.guard(Promise.reject(new RangeError('odd')))).rejects.toThrow('odd');
  expect(life.reason).toBeUndefined();
});

test('an end rejects work that runs, that is queued and that comes later, with the first reason', async () => {
  const life = new Ending();
  const running = [life.guard(endless()), life.guard(endless())];
  life.end(new RangeError('closed'));
  life.end(new RangeError('again'));
  await Promise.all(running.map((work) => expect(work).rejects.toThrow('closed')));
  await expect(life.guard(endless())).rejects.toThrow('closed');
});
