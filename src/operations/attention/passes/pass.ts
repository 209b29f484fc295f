import { optionBuffers, placeUniforms } from '../../../core/option-data.ts';
import { conditionsOf, uniformsOf, type Rows } from '../../../core/option-table.ts';
import { f32, u32, type Binding, type Pass, type Uniform } from '../../../core/plan.ts';
import { injectedModifiers } from '../modifiers.ts';
import { attentionOptions } from '../options/index.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { shardUniforms } from '../shard.ts';
import { classGroups } from './classes.ts';

/** Params that only some kernels read. */
export interface PassParams {
  /** Whether a workgroup of the bias gradient's pass owns one batch entry, or sums over all of them. */
  readonly ownEntries?: boolean;
  /** Whether it owns one head, or sums over all of them. */
  readonly ownHeads?: boolean;
  /** Workgroups that share the keys of one row block. */
  readonly splits?: number;
  /** Which of the states to be merged the pass begins with. */
  readonly firstState?: number;
}

/**
 * A pass with `attention/lib/params.wesl`'s params, conditions and option buffers.
 * @param options the table of an operation that has more than attention's
 */
export function attentionPass(
  problem: AttentionProblem,
  {
    params,
    ...own
  }: Omit<Pass, 'conditions' | 'uniforms'> & {
    /** Conditions of this pass. Conditions of options follow from the problem, unless the pass says otherwise. */
    readonly conditions?: Pass['conditions'];
    /** Beside those that all passes have. */
    readonly uniforms?: Pass['uniforms'];
    readonly params?: PassParams;
  },
  options: Rows<AttentionProblem> = attentionOptions,
): Pass {
  const names = optionBuffers(options, onceChosen(problem)).map(({ name }) => name);
  const extra = names.map((buffer): Binding => ({ buffer, access: 'read', optional: true }));
  return {
    ...own,
    conditions: { ...conditionsOf(options, problem), SHARD: problem.shard !== undefined, ...own.conditions },
    injected: injectedModifiers(problem),
    // The first one of a name counts: a pass may set what options would.
    uniforms: [...(own.uniforms ?? []), ...paramsOf(problem, params)],
    bindings: [...own.bindings, ...extra],
  };
}

/** The problem after its choice of keys: lists that the GPU makes are there as those that are given. */
function onceChosen(problem: AttentionProblem): AttentionProblem {
  const { selected } = problem;
  return selected === undefined ? problem : { ...problem, selected: { slots: selected.slots } };
}

function paramsOf(
  problem: AttentionProblem,
  { ownEntries = false, ownHeads = false, splits = 1, firstState = 0 }: PassParams = {},
): Uniform[] {
  return [
    u32('seq_len_q', problem.seqLenQ),
    u32('seq_len_kv', problem.seqLenKV),
    u32('group_size', groupSize(problem)),
    u32('num_groups', problem.batch * problem.numKVHeads),
    u32('num_kv_heads', problem.numKVHeads),
    f32('negative_infinity', -Infinity),
    ...uniformsOf(attentionOptions, problem),
    ...placeUniforms(attentionOptions, problem),
    u32('own_entries', ownEntries ? 1 : 0),
    u32('own_heads', ownHeads ? 1 : 0),
    u32('splits', splits),
    u32('first_state', firstState),
    u32('class_groups', classGroups(problem)),
    ...shardUniforms(problem),
    u32('summary_blocks', 0),
  ];
}
