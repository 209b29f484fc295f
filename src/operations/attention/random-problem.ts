import type { Draw } from '../../core/corner.ts';
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
  const { batch, numHeads, seqLenQ, seqLenKV } = extents;
  const broadcast = () =>
    [batch, numHeads, seqLenQ, seqLenKV].map((extent) => draw.oneOf(1, extent)).slice(draw.int(0, 3));
  const documents = (total: number) => [0, Math.floor(total / 3), Math.floor(total / 2), total];
  const options: Partial<AttentionProblem>[] = [
    { window: [draw.int(-1, 20), draw.int(-1, 20)] },
    { softcap: draw.oneOf(2, 30) },
    { alibi: true },
    { sinks: true },
    { biasShape: broadcast() },
    { maskShape: broadcast() },
    { seqLensKV: Array.from({ length: batch }, () => draw.int(0, seqLenKV)) },
    { cuSeqLensQ: documents(seqLenQ), cuSeqLensKV: documents(seqLenKV) },
    { scorePrecision: 'two-term' },
  ];
  return [extents, ...options.filter(() => draw.oneOf(true, false, false))];
}
