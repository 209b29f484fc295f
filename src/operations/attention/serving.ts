import type { Scale } from '../../core/operation.ts';
import { packedStarts } from './packing.ts';
import type { AttentionProblem } from './problem.ts';

/** One way to do some work: calls, one after the other. */
export interface ServingWay {
  readonly name: string;
  readonly calls: readonly Partial<AttentionProblem>[];
}

/** Work that a server can do in two ways, and the published gain of the second. */
export interface ServingCase {
  readonly id: string;
  readonly title: string;
  readonly ways: readonly [before: ServingWay, after: ServingWay];
  readonly claim: string;
}

interface Sizes {
  readonly heads: Partial<AttentionProblem>;
  /** Queries of a chunk of a prompt, keys before it, and requests that decode beside it with so many keys each. */
  readonly chunk: number;
  readonly before: number;
  readonly decodes: number;
  readonly keys: number;
  /** Lengths of prompts, of which a few are long. */
  readonly prompts: readonly number[];
}

const SIZES: Readonly<Record<Scale['device'], Sizes>> = {
  cpu: {
    heads: { numHeads: 4, headDim: 64 },
    ...{ chunk: 64, before: 192, decodes: 8, keys: 256 },
    prompts: [256, 40, 16, 64, 24, 120, 8, 48],
  },
  gpu: {
    heads: { numHeads: 32, numKVHeads: 8, headDim: 128 },
    ...{ chunk: 256, before: 1792, decodes: 32, keys: 2048 },
    prompts: [2048, 320, 128, 512, 192, 960, 64, 384],
  },
};

/** Calls that servers make of attention beside whole prompts and single tokens. */
export function servingCases(device: Scale['device']): readonly ServingCase[] {
  const { heads, chunk, before, decodes, keys, prompts } = SIZES[device];
  const longest = Math.max(...prompts);
  const each = (first: number, more: number) => [
    0,
    ...Array.from({ length: decodes + 1 }, (_, request) => first + request * more),
  ];
  const [chunkQueries, chunkKeys] = [each(chunk, 1), each(before + chunk, keys)];
  const starts = packedStarts(prompts, longest);
  return [
    {
      id: 'mixed',
      title: 'A chunk of a prompt beside requests that decode',
      ways: [
        {
          name: 'a call for each kind',
          calls: [
            { ...heads, seqLenQ: chunk, seqLenKV: before + chunk, causal: 'bottom-right' },
            { ...heads, batch: decodes, seqLenQ: 1, seqLenKV: keys },
          ],
        },
        {
          name: 'one call',
          calls: [
            {
              ...{ ...heads, causal: 'bottom-right' },
              ...{ seqLenQ: chunkQueries.at(-1) ?? 1, seqLenKV: chunkKeys.at(-1) ?? 1 },
              ...{ cuSeqLensQ: chunkQueries, cuSeqLensKV: chunkKeys },
            },
          ],
        },
      ],
      claim:
        'SARATHI (Agrawal et al., 2023): decodes beside a chunk cost up to 10 × less; of whole models, whose linear layers gain most',
    },
    {
      id: 'packed',
      title: 'Prompts of different lengths',
      ways: [
        {
          name: 'padded to the longest',
          calls: [
            {
              ...{ ...heads, batch: prompts.length, seqLenQ: longest, causal: 'top-left' },
              seqLensKV: prompts,
            },
          ],
        },
        {
          name: 'packed',
          calls: [
            {
              ...{ ...heads, seqLenQ: starts.at(-1) ?? 1, causal: 'bottom-right' },
              ...{ cuSeqLensQ: starts, cuSeqLensKV: starts },
            },
          ],
        },
      ],
      claim: 'Prepacking (Zhao et al., 2024): the first token up to 6 × sooner; of whole models',
    },
  ];
}
