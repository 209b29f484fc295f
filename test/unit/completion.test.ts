import { afterEach, expect, test, vi } from 'vitest';
import { watchCompletion, workDone } from '../../src/gpu/completion.ts';

/** A device that tells of finished work at once, or at its third submission after it was asked, or else after 200 ms. */
function fakeDevice(tellsAtOnce: boolean): { device: GPUDevice; submissions: () => number } {
  let submissions = 0;
  const queue = {
    submit() {
      submissions++;
    },
    onSubmittedWorkDone: () =>
      new Promise<undefined>((resolve) => {
        const asked = submissions;
        const end = performance.now() + 200;
        const look = (): void => {
          if (tellsAtOnce || submissions >= asked + 3 || performance.now() > end) resolve(undefined);
          else setTimeout(look, 1);
        };
        look();
      }),
  };
  return { device: { queue } as unknown as GPUDevice, submissions: () => submissions };
}

afterEach(() => vi.useRealTimers());

test('a device that looks for finished work now and then is nudged until it has told', async () => {
  const { device, submissions } = fakeDevice(false);
  await watchCompletion(device);
  const before = submissions();
  await workDone(device);
  expect(submissions()).toBeGreaterThanOrEqual(before + 3);
  const after = submissions();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(submissions(), 'and not any longer').toBe(after);
});

test('a device that tells at once is left alone', async () => {
  // However slow this machine is.
  vi.useFakeTimers({ toFake: ['performance'] });
  const { device, submissions } = fakeDevice(true);
  await watchCompletion(device);
  const before = submissions();
  await workDone(device);
  expect(submissions()).toBe(before);
});
