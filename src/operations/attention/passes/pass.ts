import { f32, i32, u32, type Binding, type Pass, type Uniform } from '../../../core/plan.ts';
import { injectedModifiers } from '../modifiers.ts';
import { broadcastStrides } from '../option-checks.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { bandOf, isBanded } from '../visibility.ts';
import { optionBuffers } from './buffers.ts';
import { classHeads } from './classes.ts';

/** Params that only some kernels read. */
export interface PassParams {
  /** Whether a workgroup of the bias gradient's pass owns one batch entry, or sums over all of them. */
  readonly ownEntries?: boolean;
  /** Likewise for query heads. */
  readonly ownHeads?: boolean;
  /** Workgroups that share the keys of one row block. */
  readonly splits?: number;
  /** Which of the states to be merged the pass begins with. */
  readonly firstState?: number;
}

/** A pass with `attention/lib/params.wesl`'s params, conditions and option buffers. */
export function attentionPass(
  problem: AttentionProblem,
  {
    params,
    ...own
  }: Omit<Pass, 'conditions' | 'uniforms'> & {
    readonly conditions?: Pass['conditions'];
    readonly params?: PassParams;
  },
): Pass {
  const extra = optionBuffers(problem).map(({ name }): Binding => ({
    buffer: name,
    access: 'read',
    optional: true,
  }));
  return {
    ...own,
    conditions: { ...own.conditions, ...optionConditions(problem) },
    injected: injectedModifiers(problem),
    uniforms: paramsOf(problem, params),
    bindings: [...own.bindings, ...extra],
  };
}

const optionConditions = (problem: AttentionProblem): Pass['conditions'] => ({
  ALIBI: problem.alibi === true,
  BANDED: isBanded(problem),
  BIAS: problem.biasShape !== undefined,
  F16: problem.dtype === 'f16',
  DOCUMENTS: problem.cuSeqLensQ !== undefined,
  LENGTHS: problem.seqLensKV !== undefined,
  MASK: problem.maskShape !== undefined,
  MASK_MOD: problem.maskMod !== undefined,
  SCORE_MOD: problem.scoreMod !== undefined,
  SCORE_MOD_GRAD: problem.scoreModGrad !== undefined,
  SINKS: problem.sinks === true,
  SOFTCAP: problem.softcap !== undefined,
  TWO_TERM: problem.scorePrecision === 'two-term',
});

function paramsOf(
  problem: AttentionProblem,
  { ownEntries = false, ownHeads = false, splits = 1, firstState = 0 }: PassParams = {},
): Uniform[] {
  // Past every token, so that no sum in the kernels overflows.
  const far = problem.seqLenQ + problem.seqLenKV;
  const [left = -1, right = -1] = bandOf(problem).map((reach) => Math.min(reach, far));
  const strides = (argument: string, shape: readonly number[] | undefined) => {
    const names = ['batch', 'head', 'row', 'col'];
    const values = shape === undefined ? [0, 0, 0, 0] : broadcastStrides(argument, shape, problem);
    return names.map((name, axis) => u32(`${argument}_${name}`, values[axis] ?? 0));
  };
  return [
    u32('seq_len_q', problem.seqLenQ),
    u32('seq_len_kv', problem.seqLenKV),
    u32('group', groupSize(problem)),
    u32('num_heads', problem.batch * problem.numKVHeads),
    u32('heads_per_entry', problem.numKVHeads),
    u32('top_left', problem.causal === 'top-left' ? 1 : 0),
    i32('band_left', left),
    i32('band_right', right),
    f32('softmax_scale', problem.softmaxScale),
    f32('softmax_scale_rest', problem.softmaxScale - Math.fround(problem.softmaxScale)),
    f32('softcap', problem.softcap ?? 0),
    f32('negative_infinity', -Infinity),
    ...strides('bias', problem.biasShape),
    ...strides('mask', problem.maskShape),
    u32('own_entries', ownEntries ? 1 : 0),
    u32('own_heads', ownHeads ? 1 : 0),
    u32('splits', splits),
    u32('first_state', firstState),
    u32('class_heads', classHeads(problem)),
  ];
}
