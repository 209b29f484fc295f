import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { u32 } from '../../../core/plan.ts';
import { normals, uniformStream } from '../../../core/random.ts';
import { describe, formatShape, sizeOf } from '../../../core/tensor.ts';
import type { AttentionProblem } from '../problem.ts';
import { listSize, packLists, type SelectedArgument } from '../selected.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

export const selected = option({
  name: 'selected',
  title: 'Chosen keys',
  help: 'each key/value head has a list of so many keys, which are all that its queries meet; seeded ones',
  flag: '--selected-keys <n>',
  group: MASKS,
  control: { kind: 'count', most: MAX_REACH },
  unset: 'all keys',
  alsoCalled: ['selected.indices.shape'],
  example: '12',
  apply: (slots) => ({ selected: { slots } }),
  arguments: {
    selected(value, problem) {
      const { indices, logWeights } = requireSelected(value, problem);
      const slots = indices.shape[2] ?? 0;
      return {
        fields: { selected: { slots, ...(logWeights && { weighted: true }) } },
        data: packLists(slots, indices.data, (at) => logWeights?.data[at] ?? 0),
      };
    },
  },
  condition: { name: 'SELECTED', about: 'rows meet the keys of a list' },
  uniforms: ({ selected: lists }) => [u32('slots', lists?.slots ?? 0)],
  data: {
    name: 'chosenKeys',
    dtype: 'i32',
    when: ({ selected: lists }) => lists !== undefined && lists.by === undefined,
    count: listSize,
    values: seededLists,
  },
  random: (draw, { seqLenKV }) => ({
    selected: {
      slots: draw.int(1, seqLenKV + 5),
      ...(draw.oneOf(true, false) && { weighted: true as const }),
    },
  }),
  check({ selected: lists }) {
    if (lists === undefined || isInteger(lists.slots, 1, MAX_REACH)) return;
    throw new ShapeError('selected.slots', 'a whole number from 1 up', String(lists.slots));
  },
});

/** Keys at random, some of them twice; every third list ends early. */
function seededLists(problem: AttentionProblem, seed: number): Int32Array {
  const { batch, numKVHeads, seqLenKV, selected: lists } = problem;
  if (lists === undefined) return new Int32Array();
  const { slots, weighted } = lists;
  const uniform = uniformStream(seed + 11);
  const indices = Int32Array.from({ length: batch * numKVHeads * slots }, (_, at) => {
    const key = Math.floor(seqLenKV * uniform());
    const isPast = Math.floor(at / slots) % 3 === 1 && at % slots >= slots / 2;
    return isPast ? -1 : key;
  });
  const weights = weighted === true ? normals(indices.length, seed + 12) : [];
  return packLists(slots, indices, (at) => weights[at] ?? 0);
}

/** @throws ShapeError unless there is a list of keys for each key/value head, and as many finite weights, if any */
function requireSelected(value: unknown, problem: AttentionProblem): SelectedArgument {
  if (typeof value !== 'object' || value === null) {
    throw new ShapeError('selected', 'an object: { indices, logWeights? }', describe(value));
  }
  const { indices, logWeights } = value as Partial<SelectedArgument>;
  const checked = requireLists('selected.indices', indices, Int32Array, problem);
  const { seqLenKV } = problem;
  const odd = checked.data.find((key) => key < -1 || key >= seqLenKV);
  if (odd !== undefined) {
    throw new ShapeError(
      'selected.indices.data',
      `keys from 0 to ${seqLenKV - 1}, or −1 for the end`,
      String(odd),
    );
  }
  if (logWeights === undefined) return { indices: checked };
  const weights = requireLists('selected.logWeights', logWeights, Float32Array, problem);
  if (weights.shape[2] !== checked.shape[2]) {
    throw new ShapeError('selected.logWeights.shape', formatShape(checked.shape), formatShape(weights.shape));
  }
  const bad = weights.data.find((weight, at) => (checked.data[at] ?? -1) >= 0 && !Number.isFinite(weight));
  if (bad !== undefined) throw new ShapeError('selected.logWeights.data', 'finite numbers', String(bad));
  return { indices: checked, logWeights: weights };
}

/** @throws ShapeError unless it is a tensor of that type, [batch, numKVHeads, slots] */
function requireLists<Data extends Int32Array | Float32Array>(
  argument: string,
  value: unknown,
  type: { new (length: number): Data; readonly name: string },
  { batch, numKVHeads }: AttentionProblem,
): { readonly shape: readonly number[]; readonly data: Data } {
  if (typeof value !== 'object' || value === null || !('shape' in value) || !('data' in value)) {
    throw new ShapeError(argument, 'a tensor: { shape, data }', describe(value));
  }
  const { shape, data } = value;
  const extents: readonly unknown[] = Array.isArray(shape) ? shape : [];
  const [entries, heads, slots] = extents;
  const fits = extents.length === 3 && entries === batch && heads === numKVHeads;
  if (!fits || typeof slots !== 'number' || !isInteger(slots, 1, MAX_REACH)) {
    const got = Array.isArray(shape) ? formatShape(shape) : describe(shape);
    throw new ShapeError(`${argument}.shape`, `[${batch}, ${numKVHeads}, keys]`, got);
  }
  if (!(data instanceof type)) throw new ShapeError(`${argument}.data`, `a ${type.name}`, describe(data));
  const size = sizeOf([batch, numKVHeads, slots]);
  if (data.length !== size) throw new ShapeError(`${argument}.data`, `${size} elements`, `${data.length}`);
  return { shape: [batch, numKVHeads, slots], data };
}
