import fc from 'fast-check';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';

const count = (max: number) => fc.integer({ min: 1, max });

/** Any options together. The batch is 1 where documents are packed. */
export const attentionOptions = fc
  .record(
    {
      batch: count(2),
      numKVHeads: count(2),
      group: count(2),
      seqLenQ: count(40),
      seqLenKV: count(40),
      causal: fc.constantFrom<AttentionProblem['causal']>(false, 'bottom-right', 'top-left'),
      window: fc.tuple(fc.integer({ min: -1, max: 20 }), fc.integer({ min: -1, max: 20 })),
      softcap: fc.constantFrom(2, 30),
      alibi: fc.constant(true),
      sinks: fc.constant(true),
      bias: fc.array(fc.boolean(), { maxLength: 4 }),
      mask: fc.array(fc.boolean(), { maxLength: 4 }),
      lengths: fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
      documents: fc.boolean(),
    },
    { requiredKeys: ['batch', 'numKVHeads', 'group', 'seqLenQ', 'seqLenKV', 'causal'] },
  )
  .map(({ group, bias, mask, lengths, documents, ...shape }) => {
    const { batch, numKVHeads, seqLenQ, seqLenKV } = shape;
    const packed = documents === true;
    const entries = packed ? 1 : batch;
    const extents = [entries, numKVHeads * group, seqLenQ, seqLenKV];
    const broadcast = (own: readonly boolean[]) =>
      own.map((full, axis) => (full ? (extents[axis + 4 - own.length] ?? 1) : 1));
    const starts = (total: number) => [0, Math.floor(total / 3), Math.floor(total / 2), total];
    return {
      ...shape,
      batch: entries,
      numHeads: numKVHeads * group,
      headDim: 5,
      ...(bias && bias.length > 0 && { biasShape: broadcast(bias) }),
      ...(mask && mask.length > 0 && { maskShape: broadcast(mask) }),
      ...(lengths &&
        !packed && { seqLensKV: lengths.slice(0, entries).map((part) => Math.round(part * seqLenKV)) }),
      ...(packed && { cuSeqLensQ: starts(seqLenQ), cuSeqLensKV: starts(seqLenKV) }),
    };
  });
