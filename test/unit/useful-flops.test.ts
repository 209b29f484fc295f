import { expect, test } from 'vitest';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { usefulFlops } from '../../src/operations/attention/useful-flops.ts';

const dense = { numHeads: 2, seqLenQ: 256, headDim: 16 };
const flops = (more: object) => usefulFlops(attentionProblem({ ...dense, ...more }));

test("pairs that a preset's mask hides are not counted", () => {
  const causal = flops(presets.causal.modifiers({}));
  expect(causal / flops({ causal: 'bottom-right' })).toBeCloseTo(1, 1);
  const dilated = flops(presets.dilated.modifiers({ left: 64, right: 64, dilation: 4 }));
  expect(dilated / flops({})).toBeCloseTo(1 / 4, 1);
});

test('a mask beside a window is counted within the window', () => {
  const window = { window: [32, 0] };
  const both = flops({ ...window, ...presets.causal.modifiers({}) });
  expect(both / flops(window)).toBeCloseTo(1, 2);
});

test('somebody’s own mask is taken to hide nothing', () => {
  expect(flops({ maskMod: 'return kv < 3u;' })).toBe(flops({}));
});

test('lists that are chosen hold no more keys than a row sees', () => {
  const chosen = { selected: { slots: 64, by: 'channels' } };
  expect(flops(chosen) / flops({})).toBe(1 / 4);
  // The first 63 rows see fewer keys than the lists have room for.
  const hidden = (63 * 64) / 2;
  expect(flops({ ...chosen, causal: 'bottom-right' }) / flops({})).toBeCloseTo(
    (256 * 64 - hidden) / 256 ** 2,
    12,
  );
  expect(flops({ selected: { slots: 300 } }) / flops({})).toBe(300 / 256);
});
