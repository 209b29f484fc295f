import type { DeviceProfile, SubgroupMatrix } from '../../../core/device-profile.ts';
import type { Params, Variant } from '../../../core/variant.ts';
import { read, readWrite, u32, type Plan } from '../../../core/plan.ts';
import { matmulBuffers, matmulFlops, type MatmulProblem } from '../problem.ts';

/** Elements between two rows of the stage, so that they keep off each other's memory banks. */
const PADDING = 8;

export const matrix: Variant<MatmulProblem> = {
  id: 'matrix',
  title: 'Matrix units',
  idea: 'Split each f32 into two f16, and multiply fragments of them on the matrix units of subgroups.',
  params: [
    { name: 'matrixM', about: 'rows of a fragment, as the device has them', choices: [8, 16] },
    { name: 'matrixN', about: 'columns of a fragment', choices: [8, 16] },
    { name: 'matrixK', about: 'elements contracted at a time', choices: [8, 16] },
    {
      name: 'subgroup',
      about: 'invocations of a subgroup, as the device has them',
      choices: [8, 16, 32, 64],
    },
    { name: 'fragments', about: 'fragments of a subgroup along either side', choices: [1, 2, 4] },
    { name: 'subgroupsM', about: 'subgroups of a workgroup, one below another', choices: [1, 2, 4] },
    { name: 'subgroupsN', about: 'and side by side', choices: [1, 2, 4] },
    { name: 'stageDepth', about: 'elements staged in workgroup memory at a time', choices: [16, 32, 64] },
  ],
  defaults(_problem, device) {
    const { M, N, K } = usable(device)[0] ?? { M: 8, N: 8, K: 8 };
    return {
      ...{ matrixM: M, matrixN: N, matrixK: K, subgroup: device.subgroupMaxSize },
      ...{ fragments: 2, subgroupsM: 2, subgroupsN: 2, stageDepth: 32 },
    };
  },
  supports({ size }, params, device) {
    const { blockM, blockN, stageDepth, workgroupSize } = shapeOf(params);
    const { matrixM = 0, matrixN = 0, matrixK = 0, subgroup = 0 } = params;
    const { limits, subgroupMinSize, subgroupMaxSize } = device;
    if (subgroupMinSize !== subgroupMaxSize || subgroup !== subgroupMaxSize) {
      return `it needs subgroups of one size, ${subgroup}; the device has ${subgroupMinSize} to ${subgroupMaxSize}`;
    }
    if (!usable(device).some(({ M, N, K }) => M === matrixM && N === matrixN && K === matrixK)) {
      return `the device has no matrix units for f16 fragments of ${matrixM} × ${matrixN} × ${matrixK} with f32 sums`;
    }
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
    const { matrixM = 0, matrixN = 0, matrixK = 0, fragments = 0, subgroupsM = 0, subgroupsN = 0 } = params;
    return {
      buffers: matmulBuffers({ size }),
      passes: [
        {
          label: 'matmul on matrix units',
          shader: 'matmul/matrix',
          conditions: { F16: true, MATRIX: true, SUBGROUPS: true },
          constants: {
            DEPTH: size,
            STAGE_DEPTH: stageDepth,
            MATRIX_M: matrixM,
            MATRIX_N: matrixN,
            MATRIX_K: matrixK,
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

/** Units that take f16 and sum in f32. */
const usable = ({ subgroupMatrices = [] }: DeviceProfile): readonly SubgroupMatrix[] =>
  subgroupMatrices.filter(
    ({ componentType, resultComponentType }) => componentType === 'f16' && resultComponentType === 'f32',
  );

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
