import type { DeviceProfile } from '../device-profile.ts';
import { simdClass } from '../device-profile.ts';
import type { Params } from '../operation.ts';
import { ceilDiv, f32, floatBytes, i32, u32, type Pass, type PlanBuffer } from '../plan.ts';
import {
  colsPerInvocation,
  partBytes,
  stageBytes,
  tileCols,
  tileFits,
  tileShape,
  weightBytes,
  type TileShape,
} from '../tile-params.ts';
import { attentionSizes, causalShift, groupSize, type AttentionProblem } from './problem.ts';

/** The inputs and outputs every forward variant has. */
export function dataBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { query, key, value, output, lse } = attentionSizes(problem);
  return [
    { name: 'query', role: 'input', bytes: floatBytes(query) },
    { name: 'key', role: 'input', bytes: floatBytes(key) },
    { name: 'value', role: 'input', bytes: floatBytes(value) },
    { name: 'output', role: 'output', bytes: floatBytes(output) },
    { name: 'lse', role: 'output', bytes: floatBytes(lse) },
  ];
}

type PassOwn = Pick<Pass, 'label' | 'shader' | 'constants' | 'bindings' | 'workgroups' | 'flops'> & {
  readonly conditions?: Pass['conditions'];
};

/** A pass with `lib/attention_params.wesl`'s params and conditions. */
export function attentionPass(problem: AttentionProblem, own: PassOwn): Pass {
  return {
    ...own,
    conditions: { ...own.conditions, CAUSAL: problem.causal !== false },
    uniforms: [
      u32('seq_len_q', problem.seqLenQ),
      u32('seq_len_kv', problem.seqLenKV),
      u32('group', groupSize(problem)),
      u32('num_heads', problem.batch * problem.numKVHeads),
      i32('causal_shift', causalShift(problem)),
      f32('softmax_scale', problem.softmaxScale),
      f32('negative_infinity', -Infinity),
    ],
  };
}

/** Conditions, constants and workgroups of a pass built on `lib/attention_tile.wesl`. */
export function tiledPass(problem: AttentionProblem, params: Params) {
  const tile = tileShape(params);
  const rowsPerHead = groupSize(problem) * problem.seqLenQ;
  return {
    conditions: { STAGED: tile.stageDepth > 0 },
    constants: {
      DEPTH: problem.headDim,
      WIDTH: problem.headDimV,
      BLOCK_M: tile.blockM,
      BLOCK_N: tile.blockN,
      ROWS: tile.rows,
      COLS: tile.cols,
      COLS_V: colsPerInvocation(tile, problem.headDimV),
      STAGE_DEPTH: tile.stageDepth,
    },
    workgroups: problem.batch * problem.numKVHeads * ceilDiv(rowsPerHead, tile.blockM),
  };
}

/** Workgroup memory of the kernels that multiply weights by values. */
const outputKernelBytes = (tile: TileShape): number => stageBytes(tile) + weightBytes(tile) + partBytes(tile);

export function tiledSupports(
  problem: AttentionProblem,
  params: Params,
  device: DeviceProfile,
): true | string {
  const tile = tileShape(params);
  const perRow = Math.max(tile.cols, colsPerInvocation(tile, problem.headDimV));
  return tileFits(tile, tile.rows * perRow, outputKernelBytes(tile), device);
}

/** Registers for the output that a default may take on a device with wide subgroups. */
const WIDE_ACCUMULATORS = 64;

/** Large register tiles where subgroups are narrow, many invocations and staged operands where they are wide. */
export function tiledDefaults(problem: AttentionProblem, device: DeviceProfile): Params {
  if (simdClass(device) === 'narrow') {
    const cols = problem.headDimV > 128 ? 4 : 8;
    return { blockM: 32, blockN: 32, rows: 8, cols, stageDepth: 0 };
  }
  const tile = { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 16 };
  const accumulators = tile.rows * ceilDiv(problem.headDimV, tileCols(tile));
  const roomy = outputKernelBytes(tile) <= device.limits.maxComputeWorkgroupStorageSize;
  if (roomy && accumulators <= WIDE_ACCUMULATORS) return tile;
  return { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 16 };
}
