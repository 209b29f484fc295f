import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askPatiently, EAGER_MS } from '../../bench/backends/patient-polls.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A native callback that asks again until it is told to stop, as Dawn's does. */
function asker() {
  const scope = { setImmediate: globalThis.setImmediate };
  askPatiently(scope, EAGER_MS);
  const state = { asked: 0, waiting: true };
  const ask = (): void => {
    state.asked++;
    if (state.waiting) scope.setImmediate(native);
  };
  // A bound function's text is that of a native one.
  const native = ask.bind(undefined);
  const asksIn = (ms: number): number => {
    const before = state.asked;
    vi.advanceTimersByTime(ms);
    return state.asked - before;
  };
  return { scope, state, begin: () => scope.setImmediate(native), asksIn };
}

test('after 100 ms, Dawn asks once a millisecond, until it waits for something else', () => {
  const { state, begin, asksIn } = asker();
  begin();
  asksIn(150);
  const patient = asksIn(50);
  expect(patient).toBeGreaterThan(40);
  expect(patient).toBeLessThanOrEqual(51);
  state.waiting = false;
  asksIn(5);
  begin();
  expect(asksIn(0)).toBe(1);
});

test('callbacks that are not native are called at once', () => {
  const { scope } = asker();
  const called = vi.fn();
  scope.setImmediate(() => {
    called();
  });
  vi.advanceTimersByTime(0);
  expect(called).toHaveBeenCalledOnce();
});
