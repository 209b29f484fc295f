import type { DeviceProfile } from '../../../core/device-profile.ts';
import { ceilDiv, f32 } from '../../../core/plan.ts';
import type { Params, Variant } from '../../../core/variant.ts';
import {
  FRAGMENT_BITS,
  fragmentType,
  hasMatrixUnits,
  MATRIX_PARAMS,
  matrixDefaults,
  matrixFits,
  matrixSpec,
  matrixUnits,
} from '../../../tile/matrix-units.ts';
import { oneWalkPlan } from '../passes/one-walk.ts';
import { keyLoad } from '../passes/tiled.ts';
import { tiling, type TilingPass } from '../passes/tiling.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';

/** Elements between rows of operands in workgroup memory: PADDING of `attention/lib/fragment_stage.wesl`. */
const PADDING = 8;
/** Elements between rows of scores there. */
const SCORE_PADDING = 4;
/** Invocations that can share a row: those of a quad. */
const MOST_LANES = 4;

export const matrix: Variant<AttentionProblem> = {
  id: 'matrix',
  title: 'Flash, matrix units',
  idea: 'Multiply on the matrix units of subgroups, and rescale the sums only when a maximum has grown by much.',
  params: [
    FRAGMENT_BITS,
    ...MATRIX_PARAMS,
    {
      name: 'subgroups',
      about: 'subgroups of a workgroup, each with rows of its own',
      choices: [1, 2, 4, 8],
    },
    { name: 'fragments', about: 'fragments of a subgroup along its rows', choices: [1, 2] },
    { name: 'blockN', about: 'keys of a tile', choices: [8, 16, 32, 64] },
  ],
  needs: (device) => hasMatrixUnits(device, ['f16', 'f32']),
  defaults(problem, device) {
    const type = halvesFit(problem) && matrixUnits(device, 'f16').length > 0 ? 'f16' : 'f32';
    const unit = { fragmentBits: type === 'f16' ? 16 : 32, ...matrixDefaults(device, type), fragments: 1 };
    const all = SHAPES.map((shape) => ({ ...unit, ...shape }));
    return all.find((params) => shapeFits(problem, params, device) === true) ?? { ...unit, ...SHAPES[0] };
  },
  supports(problem, params, device) {
    const refused = refusal(problem, params);
    if (refused !== undefined) return refused;
    const fits = matrixFits(params, device, fragmentType(params));
    return fits === true ? shapeFits(problem, params, device) : fits;
  },
  plan: (problem, params) =>
    oneWalkPlan(problem, tiling(problem, params, 1, matrixPass(problem, params)), {
      label: 'flash forward on matrix units',
      shader: 'attention/matrix_forward',
      ...(isScaledOnly(problem) && { uniforms: [f32('softmax_scale', problem.softmaxScale * Math.LOG2E)] }),
    }),
};

/** Workgroups to try, the best first. The later ones take less memory, for long rows. */
const SHAPES = [
  { subgroups: 4, blockN: 32 },
  { subgroups: 4, blockN: 16 },
  { subgroups: 2, blockN: 32 },
  { subgroups: 2, blockN: 16 },
] as const;

/** Whether fragments of f16 hold query and key as they are. Rotated copies are f32. */
const halvesFit = ({ dtype, rope }: AttentionProblem): boolean => dtype === 'f16' && rope === undefined;

/** The reason why no device can run a problem on such fragments; undefined where there is none. */
function refusal(problem: AttentionProblem, { fragmentBits = 0 }: Params): string | undefined {
  if (problem.scorePrecision === 'two-term') return 'matrix units add up scores of one term, not of two';
  if (fragmentBits !== 16 && fragmentBits !== 32) return `fragmentBits must be 16 or 32, not ${fragmentBits}`;
  return fragmentBits === 16 && !halvesFit(problem)
    ? 'fragments of f16 cannot hold tensors, or rotated copies, of f32: fragmentBits must be 32'
    : undefined;
}

/** Sizes of a workgroup's tile, and what it takes. */
function shapeOf({ headDim, headDimV }: AttentionProblem, params: Params) {
  const { matrixM = 0, matrixN = 0, matrixK = 0, subgroup = 0 } = params;
  const { fragmentBits = 0, subgroups = 0, fragments = 0, blockN = 0 } = params;
  const blockM = subgroups * fragments * matrixM;
  const depth = ceilDiv(headDim, matrixK) * matrixK;
  const width = ceilDiv(headDimV, matrixN) * matrixN;
  const keys = blockN * (depth + PADDING);
  const stage = Math.max(blockM * (depth + PADDING), keys + width * (blockN + PADDING));
  const elements = stage + blockM * (blockN + PADDING);
  return {
    blockM,
    workgroupSize: subgroup * subgroups,
    lanes: subgroup / matrixM,
    bytes: (fragmentBits / 8) * elements + 4 * (blockM * (blockN + SCORE_PADDING) + 1),
  };
}

/** Words of registers that an invocation may need for queries and sums; past that, compilers spill. */
const MOST_WORDS = 512;

function shapeFits(
  problem: AttentionProblem,
  params: Params,
  { limits, subgroupMaxSize }: DeviceProfile,
): true | string {
  const { matrixM = 0, matrixN = 0, matrixK = 0, subgroup = 0, fragments = 0, blockN = 0 } = params;
  const { workgroupSize, lanes, bytes } = shapeOf(problem, params);
  for (const name of ['subgroups', 'fragments', 'blockN']) {
    const value = params[name] ?? 0;
    if (!Number.isInteger(value) || value < 1)
      return `${name} must be a whole number from 1 up, not ${value}`;
  }
  for (const [name, side] of Object.entries({ matrixN, matrixK, lanes })) {
    if (blockN % side !== 0) return `${name} ${side} does not divide blockN ${blockN}`;
  }
  if (![1, 2, MOST_LANES].includes(lanes)) {
    return `${lanes} invocations would share each of ${matrixM} rows of a fragment; they can be 1, 2 or ${MOST_LANES}`;
  }
  if (workgroupSize % subgroupMaxSize !== 0) {
    return `${workgroupSize} invocations a workgroup are no multiple of the largest subgroup, ${subgroupMaxSize}`;
  }
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  if (workgroupSize > most) return `${workgroupSize} invocations a workgroup; the device allows ${most}`;
  if (bytes > limits.maxComputeWorkgroupStorageSize) {
    return `${bytes} bytes of workgroup memory; the device allows ${limits.maxComputeWorkgroupStorageSize}`;
  }
  const words = (fragments * matrixM * (problem.headDim + problem.headDimV)) / subgroup;
  return words <= MOST_WORDS
    ? true
    : `${words} elements of queries and sums an invocation; ${MOST_WORDS} is the most that makes sense`;
}

/** Whether scores are dot products times scales: then one multiplication, by log2 e as well, makes them ready for exp2. */
const isScaledOnly = ({ softcap, alibi, biasShape, scoreMod, selected }: AttentionProblem): boolean =>
  softcap === undefined &&
  !alibi &&
  biasShape === undefined &&
  scoreMod === undefined &&
  selected === undefined;

/** Conditions, constants, modules and workgroups of the kernel. */
function matrixPass(problem: AttentionProblem, params: Params): TilingPass {
  const { headDim, headDimV, batch, numKVHeads, seqLenQ } = problem;
  const { matrixN = 1, matrixK = 1, fragments = 0, blockN = 0 } = params;
  const { blockM, workgroupSize, lanes } = shapeOf(problem, params);
  const { conditions, constants } = matrixSpec(params);
  return {
    conditions: {
      ...conditions,
      MATRIX_F32: fragmentType(params) === 'f32',
      VECTOR: headDim % 4 === 0 && headDimV % 4 === 0,
    },
    modules: {
      load: 'lib/load/plain',
      ...keyLoad(problem),
      exponent: isScaledOnly(problem) ? 'lib/exponent/binary' : 'lib/exponent/natural',
      owned: 'attention/lib/owned/strip',
      walk: 'attention/lib/walk/range',
    },
    constants: {
      ...constants,
      ...{ DEPTH: headDim, WIDTH: headDimV, BLOCK_M: blockM, BLOCK_N: blockN },
      ...{ ROWS: fragments, COLS: blockN / lanes, QUERIES: fragments, KEYS: blockN / lanes },
      STAGE_DEPTH: 0,
      DEPTH_STEPS: ceilDiv(headDim, matrixK),
      WIDTH_FRAGMENTS: ceilDiv(headDimV, matrixN),
      KEY_FRAGMENTS: blockN / matrixN,
      KEY_STEPS: blockN / matrixK,
      KEY_LANES: lanes,
      WORKGROUP_SIZE: workgroupSize,
    },
    workgroups: batch * numKVHeads * ceilDiv(groupSize(problem) * seqLenQ, blockM),
  };
}
