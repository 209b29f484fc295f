import type { DeviceProfile } from '../../../core/device-profile.ts';
import { hasSubgroups, simdClass } from '../../../core/device-profile.ts';
import type { BufferDtype } from '../../../core/dtype.ts';
import type { Params } from '../../../core/variant.ts';
import {
  ceilDiv,
  f32,
  floatBuffer,
  i32,
  u32,
  type Binding,
  type Pass,
  typedBuffer,
  type PlanBuffer,
  type Uniform,
} from '../../../core/plan.ts';
import { sizeOf } from '../../../core/tensor.ts';
import { injectedModifiers, mentions } from '../modifiers.ts';
import { broadcastStrides, hasPackedOptions, packedOptionsLength } from '../option-checks.ts';
import {
  colsPerInvocation,
  MAX_ACCUMULATORS,
  partBytes,
  quadRows,
  stageBytes,
  tileFits,
  tileShape,
  tileSpec,
  vectorFits,
  weightBytes,
  type TileShape,
} from '../../../tile/tile-params.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import { attentionSizes, groupSize, type AttentionProblem } from '../problem.ts';
import { attentionFlops, bandOf, isBanded } from '../visibility.ts';

/** The inputs and outputs every forward variant has. */
export function dataBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { output, lse } = attentionSizes(problem);
  return [
    ...inputBuffers(problem),
    tensorBuffer(problem, 'output', 'output', output),
    floatBuffer('output', 'lse', lse),
  ];
}

/** A buffer of whatever the problem's tensors are made of. */
export function tensorBuffer(
  { dtype }: AttentionProblem,
  role: PlanBuffer['role'],
  name: string,
  count: number,
): PlanBuffer {
  if (dtype === undefined) return floatBuffer(role, name, count);
  return typedBuffer(role, name, dtype, count);
}

/** The inputs that forward and backward share. */
export function inputBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { query, key, value } = attentionSizes(problem);
  return [
    tensorBuffer(problem, 'input', 'query', query),
    tensorBuffer(problem, 'input', 'key', key),
    tensorBuffer(problem, 'input', 'value', value),
    ...optionBuffers(problem).map(({ name, dtype, count }) => typedBuffer('input', name, dtype, count)),
  ];
}

/** The buffers that options bring along. */
function optionBuffers(problem: AttentionProblem) {
  const { biasShape, maskShape } = problem;
  const buffers: { name: string; dtype: BufferDtype; count: number }[] = [];
  if (hasPackedOptions(problem)) {
    buffers.push({ name: 'options', dtype: 'words', count: packedOptionsLength(problem) });
  }
  if (biasShape !== undefined) {
    buffers.push({ name: 'bias', dtype: 'f32', count: sizeOf(biasShape) });
  }
  if (maskShape !== undefined) {
    buffers.push({ name: 'mask', dtype: 'u8', count: sizeOf(maskShape) });
  }
  return buffers;
}

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

/** Whether it takes more than its place to know whether a query sees a key. */
export const isMasked = ({ maskShape, maskMod }: AttentionProblem): boolean =>
  maskShape !== undefined || maskMod !== undefined;

/** Key/value heads, batch included, that may differ in which of their keys are seen; 1 if none does. */
export function classHeads(problem: AttentionProblem): number {
  const { maskShape, maskMod = '', seqLensKV, batch, numKVHeads } = problem;
  const [byEntry = 0, byHead = 0] = maskShape ? broadcastStrides('mask', maskShape, problem) : [];
  const alike = byEntry === 0 && byHead === 0 && seqLensKV === undefined && !mentions(maskMod, ['b', 'h']);
  return alike ? 1 : batch * numKVHeads;
}

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

/** Conditions, constants, modules and workgroups of a pass built on `attention/lib/tile.wesl`. */
export function tiledPass(problem: AttentionProblem, params: Params) {
  const tile = tileShape(params);
  const rowsPerHead = groupSize(problem) * problem.seqLenQ;
  const { conditions, constants, modules } = tileSpec(tile, problem.headDim);
  return {
    conditions,
    modules: { ...modules, walk: 'attention/lib/walk/range' },
    constants: {
      ...constants,
      QUERIES: tile.rows,
      KEYS: tile.cols,
      WIDTH: problem.headDimV,
      COLS_V: colsPerInvocation(tile, problem.headDimV),
    },
    workgroups: problem.batch * problem.numKVHeads * ceilDiv(rowsPerHead, tile.blockM),
  };
}

/** Workgroup memory of the kernels that multiply weights by values. */
export const outputKernelBytes = (tile: TileShape): number =>
  stageBytes(tile) + weightBytes(tile) + partBytes(tile);

export function tiledSupports(
  problem: AttentionProblem,
  params: Params,
  device: DeviceProfile,
): true | string {
  const tile = tileShape(params);
  if (tile.vectorWidth !== 1 && problem.scorePrecision === 'two-term') {
    return 'scores of two terms are computed element by element: vectorWidth must be 1';
  }
  const fits = vectorFits(tile, [problem.headDim, problem.headDimV]);
  if (fits !== true) return fits;
  const perRow = Math.max(tile.cols, colsPerInvocation(tile, problem.headDimV));
  return tileFits(tile, tile.rows * perRow, outputKernelBytes(tile), device);
}

/** Registers for the output that a default may take on a device with wide subgroups. */
const WIDE_ACCUMULATORS = 64;

/** What the defaults depend on. */
export interface TileNeeds {
  /** Columns of the widest sums. */
  readonly width: number;
  /** How many such sums an invocation holds at once. */
  readonly sums?: number;
  /** Rows that a workgroup can find at most. */
  readonly rows: number;
  readonly flops: number;
  /** What rows and scores allow. */
  readonly vectorWidth: number;
}

/** Elements of an operand that its kernels can load at a time. */
export const widestLoads = ({ headDim, headDimV, scorePrecision }: AttentionProblem): number =>
  headDim % 4 === 0 && headDimV % 4 === 0 && scorePrecision !== 'two-term' ? 4 : 1;

/**
 * Large register tiles where subgroups are narrow, many invocations and staged operands, loaded as vectors, where they
 * are wide.
 */
export function tiledDefaults(
  { width, sums = 1, rows, flops, vectorWidth }: TileNeeds,
  device: DeviceProfile,
): Params {
  const mostRows = (most: number, perRow: number): number =>
    Math.min(most, powerOfTwo(rows), 2 ** Math.floor(Math.log2(MAX_ACCUMULATORS / perRow)));
  if (simdClass(device) === 'narrow' && hasSubgroups(device)) {
    // Two sums of eight rows take as many registers as one of sixteen.
    const most = mostRows(sums === 1 ? quadRows(flops) : 8, sums * ceilDiv(width, 4));
    return { blockM: most, blockN: 32, rows: most, cols: 8, stageDepth: 0, quads: 1, vectorWidth: 1 };
  }
  if (simdClass(device) === 'narrow') {
    const tile = { blockN: 32, cols: width > 128 ? 4 : 8, stageDepth: 0, quads: 0, vectorWidth: 1 };
    const perRow = sums * ceilDiv(width, tile.blockN / tile.cols);
    const most = mostRows(8, perRow);
    return { ...tile, blockM: Math.min(32, Math.max(most, powerOfTwo(rows))), rows: most };
  }
  const loads = { stageDepth: 16, quads: 0, vectorWidth };
  const tile = { blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads };
  const accumulators = sums * tile.rows * colsPerInvocation(tile, width);
  const roomy = outputKernelBytes(tile) <= device.limits.maxComputeWorkgroupStorageSize;
  if (rows > 32 && roomy && accumulators <= WIDE_ACCUMULATORS) return tile;
  if (rows > 8) return { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads };
  return { blockM: 8, blockN: 64, rows: 1, cols: 2, ...loads };
}

/** The defaults of the forward variants. */
export const forwardDefaults = (problem: AttentionProblem, device: DeviceProfile): Params =>
  tiledDefaults(
    {
      width: problem.headDimV,
      rows: groupSize(problem) * problem.seqLenQ,
      flops: attentionFlops(problem),
      vectorWidth: widestLoads(problem),
    },
    device,
  );
