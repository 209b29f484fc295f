import type { Params, Variant } from '../../../core/variant.ts';
import { read, readWrite, u32, type Plan } from '../../../core/plan.ts';
import {
  hasMatrixUnits,
  MATRIX_PARAMS,
  matrixDefaults,
  matrixFits,
  matrixSpec,
} from '../../../tile/matrix-units.ts';
import { matmulBuffers, matmulFlops, type MatmulProblem } from '../problem.ts';

/** Elements between two rows of the stage, so that they keep off each other's memory banks. */
const PADDING = 8;

export const matrix: Variant<MatmulProblem> = {
  id: 'matrix',
  title: 'Matrix units',
  idea: 'Split each f32 into two f16, and multiply fragments of them on the matrix units of subgroups.',
  params: [
    ...MATRIX_PARAMS,
    { name: 'fragments', about: 'fragments of a subgroup along either side', choices: [1, 2, 4] },
    { name: 'subgroupsM', about: 'subgroups of a workgroup, one below another', choices: [1, 2, 4] },
    { name: 'subgroupsN', about: 'and side by side', choices: [1, 2, 4] },
    { name: 'stageDepth', about: 'elements staged in workgroup memory at a time', choices: [16, 32, 64] },
  ],
  needs: (device) => hasMatrixUnits(device, ['f16']),
  defaults: (_problem, device) => ({
    ...matrixDefaults(device, 'f16'),
    ...{ fragments: 2, subgroupsM: 2, subgroupsN: 2, stageDepth: 32 },
  }),
  supports({ size }, params, device) {
    const { blockM, blockN, stageDepth, workgroupSize } = shapeOf(params);
    const { matrixK = 0 } = params;
    const { limits } = device;
    const fits = matrixFits(params, device, 'f16');
    if (fits !== true) return fits;
    if (stageDepth % matrixK !== 0) return `matrixK ${matrixK} does not divide stageDepth ${stageDepth}`;
    for (const tile of [blockM, blockN, stageDepth]) {
      if (size % tile !== 0)
        return `its tiles of ${blockM} × ${blockN} × ${stageDepth} do not divide ${size}`;
    }
    const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
    if (workgroupSize > most) return `${workgroupSize} invocations a workgroup; the device allows ${most}`;
    // Two terms of two bytes.
    const bytes = 4 * (blockM + blockN) * (stageDepth + PADDING);
    return bytes <= limits.maxComputeWorkgroupStorageSize
      ? true
      : `${bytes} bytes of workgroup memory; the device allows ${limits.maxComputeWorkgroupStorageSize}`;
  },
  plan({ size }, params): Plan {
    const { blockM, blockN, stageDepth, workgroupSize } = shapeOf(params);
    const { fragments = 0, subgroupsM = 0, subgroupsN = 0 } = params;
    const { conditions, constants } = matrixSpec(params);
    return {
      buffers: matmulBuffers({ size }),
      passes: [
        {
          label: 'matmul on matrix units',
          shader: 'matmul/matrix',
          conditions: { ...conditions, F16: true },
          constants: {
            ...constants,
            DEPTH: size,
            STAGE_DEPTH: stageDepth,
            FRAGMENTS: fragments,
            SUBGROUPS_M: subgroupsM,
            SUBGROUPS_N: subgroupsN,
            WORKGROUP_SIZE: workgroupSize,
          },
          uniforms: [u32('num_cols', size)],
          bindings: [...read({ left: 'a', right: 'b' }), ...readWrite('product')],
          workgroups: (size / blockM) * (size / blockN),
          // Three products of terms for one.
          flops: 3 * matmulFlops({ size }),
        },
      ],
    };
  },
};

function shapeOf(params: Params) {
  const { matrixM = 0, matrixN = 0, fragments = 0, subgroupsM = 0, subgroupsN = 0 } = params;
  const { subgroup = 0, stageDepth = 0 } = params;
  return {
    blockM: subgroupsM * fragments * matrixM,
    blockN: subgroupsN * fragments * matrixN,
    stageDepth,
    workgroupSize: subgroup * subgroupsM * subgroupsN,
  };
}
