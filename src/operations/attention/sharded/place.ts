import { cutShape, cutTensor, type Cut, type Range } from '../../../core/cut.ts';
import { optionInputs } from '../../../core/option-data.ts';
import type { Rows } from '../../../core/option-table.ts';
import type { Arrays } from '../../../core/variant.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';

/** A place in a problem: some of its queries, keys and heads. Absent ones are all. */
export interface Place {
  readonly queries?: Range;
  readonly keys?: Range;
  readonly heads?: Range;
  readonly kvHeads?: Range;
}

/** A tensor, or numbers of single heads, as a rank has them. */
export interface RankTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

/** Tensors by name: of the call's arguments, of what options bring along, of outputs. */
export type RankTensors = Readonly<Record<string, RankTensor>>;

type Axes = Readonly<Partial<Record<keyof Place, number>>>;

const QUERIES: Axes = { heads: -3, queries: -2 };
const KEYS: Axes = { kvHeads: -3, keys: -2 };
const PAIRS: Axes = { heads: -3, queries: -2, keys: -1 };
const ROWS: Axes = { heads: -2, queries: -1 };
const HEADS: Axes = { heads: -1 };

/** The axes of each tensor. */
const AXES: Readonly<Record<string, Axes>> = {
  query: QUERIES,
  key: KEYS,
  value: KEYS,
  output: QUERIES,
  lse: ROWS,
  outputGrad: QUERIES,
  lseGrad: ROWS,
  queryGrad: QUERIES,
  keyGrad: KEYS,
  valueGrad: KEYS,
  bias: PAIRS,
  mask: PAIRS,
  biasGrad: PAIRS,
  logitScales: HEADS,
  alibiSlopes: HEADS,
  sinks: HEADS,
  sinksGrad: HEADS,
};

/** Where a tensor is to be cut for a place. */
export const cutsAt = (name: string, place: Place): Cut[] =>
  Object.entries(AXES[name] ?? {}).flatMap(([of, axis]) => {
    const range = place[of as keyof Place];
    return range === undefined ? [] : [{ axis, ...range }];
  });

/** The parts of tensors at a place. */
export const tensorsAt = (tensors: RankTensors, place: Place): Record<string, RankTensor> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, cutTensor(tensor, cutsAt(name, place))]),
  );

/** The shapes of a problem's tensors, inputs and outputs. */
export function shapesOf(problem: AttentionProblem): Readonly<Record<string, readonly number[]>> {
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV } = problem;
  const { biasShape = [1], maskShape = [1] } = problem;
  const rows = [batch, numHeads, seqLenQ];
  const keys = [batch, numKVHeads, seqLenKV];
  const [query, key, value, output] = [
    [...rows, headDim],
    [...keys, headDim],
    [...keys, headDimV],
    [...rows, headDimV],
  ];
  return {
    ...{ query, key, value, output, lse: rows, outputGrad: output, lseGrad: rows },
    ...{ queryGrad: query, keyGrad: key, valueGrad: value },
    ...{ bias: biasShape, biasGrad: biasShape, mask: maskShape },
    ...{ logitScales: [numHeads], alibiSlopes: [numHeads], sinks: [numHeads], sinksGrad: [numHeads] },
  };
}

/** The problem of a place. */
export function problemAt<Problem extends AttentionProblem>(problem: Problem, place: Place): Problem {
  const { seqLenQ, seqLenKV, numHeads, numKVHeads, biasShape, maskShape } = problem;
  const queries = place.queries ?? { first: 0, count: seqLenQ };
  const keys = place.keys ?? { first: 0, count: seqLenKV };
  const heads = place.heads ?? { first: 0, count: numHeads };
  return {
    ...problem,
    seqLenQ: queries.count,
    seqLenKV: keys.count,
    numHeads: heads.count,
    numKVHeads: place.kvHeads?.count ?? numKVHeads,
    ...(biasShape && { biasShape: cutShape(biasShape, cutsAt('bias', place)) }),
    ...(maskShape && { maskShape: cutShape(maskShape, cutsAt('mask', place)) }),
    shard: {
      ...{ firstQuery: queries.first, firstKey: keys.first, firstHead: heads.first },
      ...{ seqLenQ, seqLenKV, numHeads },
    },
  };
}

/** A plan's inputs from tensors of the same place. */
export function inputsOf<Problem extends AttentionProblem>(
  options: Rows<Problem>,
  problem: Problem,
  tensors: RankTensors,
): Arrays {
  const data = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.data]));
  return { ...data, ...optionInputs(options, problem, data, 0) };
}

/** The key/value heads that some heads need. */
export function kvHeadsOf(problem: AttentionProblem, { first, count }: Range): Range {
  const group = groupSize(problem);
  const start = Math.floor(first / group);
  return { first: start, count: Math.ceil((first + count) / group) - start };
}
