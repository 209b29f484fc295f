import { ShapeError, UnsupportedError } from '../../errors.ts';
import { requireCount, requireFinite } from '../checks.ts';

/** Where the causal diagonal sits when seqLenQ ≠ seqLenKV: at the last key, or at the first. */
export type CausalAlignment = 'bottom-right' | 'top-left';

/** Shapes and options of one attention call, plain data. */
export interface AttentionProblem {
  readonly batch: number;
  readonly numHeads: number;
  /** Divides `numHeads`: equal is MHA, fewer is GQA, 1 is MQA. */
  readonly numKVHeads: number;
  readonly seqLenQ: number;
  readonly seqLenKV: number;
  readonly headDim: number;
  readonly headDimV: number;
  readonly softmaxScale: number;
  readonly causal: false | CausalAlignment;
}

export const MAX_HEAD_DIM = 256;

/**
 * Fills in defaults (batch 1, heads 1, seqLenKV = seqLenQ, headDim 64, headDimV = headDim,
 * softmaxScale 1/√headDim, dense) and checks.
 * @throws ShapeError on a value that cannot be, UnsupportedError on one that is not built
 */
export function attentionProblem(partial: Partial<AttentionProblem>): AttentionProblem {
  const numHeads = partial.numHeads ?? 1;
  const seqLenQ = partial.seqLenQ ?? 1;
  const headDim = partial.headDim ?? 64;
  const problem: AttentionProblem = {
    batch: partial.batch ?? 1,
    numHeads,
    numKVHeads: partial.numKVHeads ?? numHeads,
    seqLenQ,
    seqLenKV: partial.seqLenKV ?? seqLenQ,
    headDim,
    headDimV: partial.headDimV ?? headDim,
    softmaxScale: partial.softmaxScale ?? 1 / Math.sqrt(headDim),
    causal: partial.causal ?? false,
  };
  const counts = ['batch', 'numHeads', 'numKVHeads', 'seqLenQ', 'seqLenKV', 'headDim', 'headDimV'] as const;
  for (const name of counts) requireCount(name, problem[name]);
  requireFinite('softmaxScale', problem.softmaxScale);
  if (problem.numHeads % problem.numKVHeads !== 0) {
    throw new ShapeError(
      'numHeads',
      `a multiple of numKVHeads = ${problem.numKVHeads}`,
      `${problem.numHeads}`,
    );
  }
  const alignments: readonly unknown[] = [false, 'bottom-right', 'top-left'];
  if (!alignments.includes(problem.causal)) {
    throw new ShapeError('causal', "false, true, 'bottom-right' or 'top-left'", String(problem.causal));
  }
  for (const name of ['headDim', 'headDimV'] as const) {
    if (problem[name] > MAX_HEAD_DIM) {
      throw new UnsupportedError(`${name} ${problem[name]} is more than ${MAX_HEAD_DIM}, the largest built`);
    }
  }
  return problem;
}

/** Query heads that share one key/value head. */
export const groupSize = (problem: AttentionProblem): number => problem.numHeads / problem.numKVHeads;

/** Query i sees key j iff j ≤ i + shift (when causal). */
export function causalShift(problem: AttentionProblem): number {
  return problem.causal === 'bottom-right' ? problem.seqLenKV - problem.seqLenQ : 0;
}

/** How many keys query `i` sees. */
export function visibleKeys(problem: AttentionProblem, i: number): number {
  if (problem.causal === false) return problem.seqLenKV;
  return Math.min(problem.seqLenKV, Math.max(0, i + causalShift(problem) + 1));
}

/** Visible (query, key) pairs over the whole problem. */
export function visiblePairs(problem: AttentionProblem): number {
  let pairs = 0;
  for (let i = 0; i < problem.seqLenQ; i++) pairs += visibleKeys(problem, i);
  return pairs * problem.batch * problem.numHeads;
}

/** Useful FLOPs: 2 · visible pairs · (headDim + headDimV). */
export function attentionFlops(problem: AttentionProblem): number {
  return 2 * visiblePairs(problem) * (problem.headDim + problem.headDimV);
}

/** Element counts of the tensors, by their name. */
export function attentionSizes(problem: AttentionProblem) {
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV } = problem;
  return {
    query: batch * numHeads * seqLenQ * headDim,
    key: batch * numKVHeads * seqLenKV * headDim,
    value: batch * numKVHeads * seqLenKV * headDimV,
    output: batch * numHeads * seqLenQ * headDimV,
    lse: batch * numHeads * seqLenQ,
  };
}
