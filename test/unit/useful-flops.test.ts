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
