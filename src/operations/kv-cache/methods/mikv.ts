import { columnSums } from '../attention-sums.ts';
import { affine } from '../codecs/coded.ts';
import type { CacheMethod } from '../method.ts';
import { groupsOf } from '../problem.ts';
import { topKeys } from '../top-keys.ts';
import { kept } from '../budget.ts';
import { bothFit, budget, groupSize } from './params.ts';

export const mikv: CacheMethod = {
  id: 'mikv',
  kind: 'format',
  title: 'MiKV',
  idea: 'No key is forgotten: those that have drawn most attention get 8 bits, all others 2.',
  formula: 'score = Σ_t P[t, key] / queries that see the key;  8 bits for the largest, 2 for the others',
  source:
    'Yang et al., "No Token Left Behind: Reliable KV Cache Compression via Importance-Aware Mixed Precision Quantization" (2024)',
  params: [
    { ...budget, about: 'keys of each key/value head with 8 bits: a number, or below 1 a fraction' },
    groupSize,
  ],
  supports: (problem) => bothFit(problem, 2),
  parts({ seqLenKV, params }) {
    const { groupSize: channels = 32 } = params;
    const high = affine({ bits: 8, channels });
    const low = affine({ bits: 2, channels });
    const count = kept(seqLenKV, params);
    return [
      { slots: count, first: 0, listed: true as const, keys: high, values: high },
      { slots: seqLenKV - count, first: 0, listed: true as const, keys: low, values: low },
    ].filter(({ slots }) => slots > 0);
  },
  choose(problem, data) {
    const { seqLenKV, params } = problem;
    const { mean } = columnSums(problem, data);
    const positions: number[] = [];
    for (let group = 0; group < groupsOf(problem); group++) {
      const important = topKeys(
        mean.subarray(group * seqLenKV, (group + 1) * seqLenKV),
        kept(seqLenKV, params),
      );
      const known = new Set(important);
      positions.push(...important);
      for (let key = 0; key < seqLenKV; key++) if (!known.has(key)) positions.push(key);
    }
    return { positions: Int32Array.from(positions) };
  },
};
