import type { Scale } from '../../core/operation.ts';
import { packedStarts } from './packing.ts';
import type { AttentionProblem } from './problem.ts';
import type { ChoiceMethod } from './selected.ts';

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
  /** Heads of a request with a long text, and its keys. */
  readonly long: Partial<AttentionProblem>;
}

const SIZES: Readonly<Record<Scale['device'], Sizes>> = {
  cpu: {
    heads: { numHeads: 4, headDim: 64 },
    ...{ chunk: 64, before: 192, decodes: 8, keys: 256 },
    prompts: [256, 40, 16, 64, 24, 120, 8, 48],
    long: { numHeads: 8, numKVHeads: 2, headDim: 128, seqLenKV: 16384 },
  },
  gpu: {
    heads: { numHeads: 32, numKVHeads: 8, headDim: 128 },
    ...{ chunk: 256, before: 1792, decodes: 32, keys: 2048 },
    prompts: [2048, 320, 128, 512, 192, 960, 64, 384],
    long: { numHeads: 32, numKVHeads: 8, headDim: 128, seqLenKV: 65536 },
  },
};

/** Ways to decode over the best tenth of the keys, with the published gains. */
const CHOICES: readonly { readonly by: ChoiceMethod; readonly title: string; readonly claim: string }[] = [
  {
    by: 'blocks',
    title: 'The best tenth of the keys, by bounds of blocks',
    claim: 'Quest (Tang et al., 2024): attention up to 7.03 × as fast, at 32,768 keys with 2048 chosen',
  },
  {
    by: 'landmarks',
    title: 'The best tenth of the keys, by means of blocks',
    claim: 'ShadowKV (Sun et al., 2024): up to 3.04 × the throughput; of whole models, values on the host',
  },
  {
    by: 'channels',
    title: 'The best tenth of the keys, by few channels',
    claim: 'InfiniGen (Lee et al., 2024): up to 3 × as fast as other caches on the host; of whole models',
  },
];

/** Each step chooses its keys by a summary that the cache keeps. */
const choiceCases = (long: Partial<AttentionProblem>): ServingCase[] =>
  CHOICES.map(({ by, title, claim }) => ({
    ...{ id: by, title, claim },
    ways: [
      { name: 'all keys', calls: [long] },
      {
        name: 'chosen in the step',
        calls: [
          { ...long, selected: { slots: Math.floor((long.seqLenKV ?? 0) / 10), by, summary: 'given' } },
        ],
      },
    ],
  }));

/** Calls that servers make of attention beside whole prompts and single tokens. */
export function servingCases(device: Scale['device']): readonly ServingCase[] {
  const { heads, chunk, before, decodes, keys, prompts, long } = SIZES[device];
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
    ...choiceCases(long),
  ];
}
