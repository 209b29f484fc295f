import type { DataArray } from '../../../core/dtype.ts';
import { normals } from '../../../core/random.ts';
import { requireTensor, sizeOf } from '../../../core/tensor.ts';
import { broadcastStrides } from '../broadcast.ts';
import type { AttentionProblem } from '../problem.ts';
import { visibleKeys } from '../visibility.ts';
import { rankOf } from './arguments.ts';
import { BROADCAST_HELP, broadcastElement, broadcastRow } from './broadcast.ts';
import { option, SCORES } from './option.ts';
import type { ScoreStep } from './score-step.ts';

export const bias = option({
  name: 'bias',
  title: 'Bias',
  help: `add a bias: ${BROADCAST_HELP}`,
  flag: '--bias <of>',
  group: SCORES,
  ...broadcastRow('bias'),
  example: 'heads',
  arguments: {
    bias(value) {
      const { shape, data } = requireTensor('bias', value, rankOf('bias', value));
      return { fields: { biasShape: shape }, data };
    },
  },
  file: {
    argument: 'bias',
    about: 'added to scores, broadcast',
    known: /^(bias|attn_?bias|attention_?bias)$/i,
    as: 'tensor',
  },
  condition: { name: 'BIAS', about: 'add a bias tensor to the scores' },
  data: {
    name: 'bias',
    dtype: 'f32',
    count: ({ biasShape = [] }) => sizeOf(biasShape),
    values: ({ biasShape = [] }, seed) => normals(sizeOf(biasShape), seed + 4),
  },
});

/** A bias of −∞ hides the key, whatever its score is. */
export const biasStep: ScoreStep = {
  field: 'biasShape',
  onRow(problem, data, row) {
    const element = broadcastElement('bias', problem.biasShape ?? [], problem, row);
    const biased = (before: number, own: number) => (own === -Infinity ? own : before + own);
    return { score: (before, key) => biased(before, data.bias?.[element(key)] ?? NaN), element };
  },
  bound: (before, _, sizes) => before + sizes.bias,
};

/** The largest |max over visible keys of the bias| of any row; not walked row by row if no bias exceeds `harmless`. */
export function biasSize(problem: AttentionProblem, values: DataArray, harmless: number): number {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size !== Infinity) largest = size;
  }
  if (largest <= harmless || problem.biasShape === undefined) return largest;
  const strides = broadcastStrides('bias', problem.biasShape, problem);
  const [byEntry = 0, byHead = 0, byRow = 0, byKey = 0] = strides;
  const { batch, numHeads, seqLenQ } = problem;
  let deciding = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let head = 0; head < (byHead === 0 ? 1 : numHeads); head++) {
      for (let i = 0; i < seqLenQ; i++) {
        const { first, end } = visibleKeys(problem, i, entry);
        const row = entry * byEntry + head * byHead + i * byRow;
        let most = -Infinity;
        for (let j = first; j < end; j++) most = Math.max(most, values[row + j * byKey] ?? NaN);
        if (Number.isFinite(most)) deciding = Math.max(deciding, Math.abs(most));
      }
    }
  }
  return deciding;
}
