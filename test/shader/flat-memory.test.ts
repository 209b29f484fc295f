import { expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import type { Pass } from '../../src/core/plan.ts';
import { PipelineCache } from '../../src/gpu/compile.ts';
import { identify, watch } from '../../src/gpu/device.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { copyPlan } from '../../src/measure/instruments/copy.ts';
import { Lab } from '../../src/worker/lab.ts';
import { openNullDevice, nullGpu } from '../support/dawn.ts';
import { attentionArgs } from '../support/lab.ts';
import { heldBytes } from '../support/memory.ts';

const MIB = 2 ** 20;

test('a device keeps nothing of what ran under its guard', async () => {
  const device = await openNullDevice();
  const open = watch(device, identify(device));
  const before = await heldBytes();
  for (let call = 0; call < 200; call++) await open.guard(Promise.resolve(new Float32Array(MIB / 4)));
  expect((await heldBytes()) - before).toBeLessThan(10 * MIB);
});

test('a lab keeps nothing of its calls, good and bad', async () => {
  const lab = await Lab.open({ gpu: nullGpu });
  const args = attentionArgs(512);
  const call = () => lab.attention(args, { variant: 'naive' });
  await call();
  const before = await heldBytes();
  for (let turn = 0; turn < 100; turn++) {
    await call();
    const key = { ...args.key, shape: [1, 2, 512, 15] };
    // Vitest would hold what it awaits, and with an error the calls on its stack.
    const error: unknown = await lab.attention({ ...args, key }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ShapeError);
  }
  // Each result holds 70 KB.
  expect((await heldBytes()) - before).toBeLessThan(2 * MIB);
  lab.close();
});

test('pipelines that were not used for long leave the cache', async () => {
  const cache = new PipelineCache(await openNullDevice());
  const [pass] = copyPlan(1024).passes;
  if (pass === undefined) throw new Error('copying has a pass');
  const text = SHADER_SOURCES['instrument/copy.wesl'] ?? '';
  const edited = (turn: number): Pass => ({
    ...pass,
    sources: { 'instrument/copy.wesl': `${text}// ${turn}` },
  });
  const [shipped, first] = [await cache.get(pass), await cache.get(edited(0))];
  for (let turn = 1; turn < 256; turn++) {
    await cache.get(edited(turn));
    expect(await cache.get(pass)).toBe(shipped);
  }
  expect(await cache.get(edited(0))).not.toBe(first);
});
