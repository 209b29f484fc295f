import type { Draw } from '../../core/corner.ts';
import { randomFields } from '../../core/option-table.ts';
import { attentionProblem } from './fill-problem.ts';
import { attentionOptions } from './options/index.ts';
import type { AttentionProblem } from './problem.ts';

/** Extents and options at random. */
export function randomAttention(draw: Draw): Partial<AttentionProblem>[] {
  const numKVHeads = draw.int(1, 2);
  const extents = {
    batch: draw.int(1, 2),
    numKVHeads,
    numHeads: numKVHeads * draw.int(1, 3),
    seqLenQ: draw.int(1, 60),
    seqLenKV: draw.int(1, 60),
    headDim: draw.oneOf(5, 16),
    softmaxScale: draw.oneOf(0.01, 0.2, 3),
    causal: draw.oneOf<AttentionProblem['causal']>(false, 'bottom-right', 'top-left'),
  };
  const options = randomFields(attentionOptions, draw, attentionProblem(extents));
  return [extents, ...options.filter(() => draw.oneOf(true, false, false))];
}
