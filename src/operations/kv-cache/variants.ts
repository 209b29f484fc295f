import { hasSubgroups, simdClass, type DeviceProfile } from '../../core/device-profile.ts';
import {
  ceilDiv,
  f32,
  floatBuffer,
  floatBytes,
  i32,
  read,
  readWrite,
  u32,
  type Binding,
  type Pass,
  type Plan,
  type PlanBuffer,
} from '../../core/plan.ts';
import type { Params, Variant } from '../../core/variant.ts';
import { mergePass } from '../attention/passes/merge.ts';
import { cacheBuffers, partBuffers, partsOf } from './encode.ts';
import type { Part } from './part.ts';
import { projectPass, rowsBuffer } from './project.ts';
import { groupsOf, reachOf, rowsPerGroup, type CacheProblem } from './problem.ts';
import { rowCount } from './reference.ts';

/** Workgroups that keep a device of each class busy. */
const ENOUGH = { narrow: 8, wide: 512 } as const;

/** Keys of a workgroup, at least: fewer are not worth a state. */
const LEAST_KEYS = 128;

/** Workgroup memory that leaves room for several workgroups on a processor. */
const MOST_BYTES = 16_384;

/** Workgroup memory of a tile on devices with wide subgroups: several tiles fit beside each other, and one computes while another loads. */
const WIDE_BYTES = 7_168;

export const split: Variant<CacheProblem> = {
  id: 'split',
  title: 'Packed, keys split',
  idea: 'Read codes as they lie, decode them in registers, and share the keys out to several workgroups.',
  params: [
    { name: 'invocations', about: 'invocations of a workgroup', choices: [8, 16, 32, 64] },
    { name: 'keysEach', about: 'keys of a tile that an invocation scores', choices: [1, 2, 4, 8, 16] },
    { name: 'keysSide', about: 'of these, the keys that it scores side by side', choices: [1, 2, 4, 8] },
    { name: 'valuesSide', about: 'values that it adds up side by side', choices: [1, 2, 4] },
    { name: 'quads', about: '1 hands query rows round within quads of a subgroup', choices: [0, 1] },
    { name: 'rows', about: 'query rows of a workgroup', choices: [1, 2, 4] },
    { name: 'splits', about: 'workgroups that share the keys of a row block', choices: [1, 2, 4, 8, 16, 32] },
  ],
  defaults(problem, device) {
    const narrow = simdClass(device) === 'narrow';
    const block = blockOf(problem);
    const invocations = Math.min(narrow ? 8 : 32, block);
    const most = {
      invocations,
      keysSide: narrow ? Math.min(4, block / invocations) : 1,
      valuesSide: narrow ? 4 : 1,
      quads: narrow && hasSubgroups(device) ? 1 : 0,
    };
    // Few rows make each key and value cost more, small tiles little.
    const least = most.keysSide;
    const rows = [4, 2, 1]
      .filter((count) => count <= rowsPerGroup(problem))
      .find((count) => tileBytes(problem, { ...most, rows: count, keysEach: least }) <= MOST_BYTES);
    if (rows === undefined) {
      const tile = { ...most, rows: 1, keysEach: 1, keysSide: 1 };
      return { ...tile, splits: splitsFor(problem, tile, device) };
    }
    const keysEach = (narrow ? [16, 8, 4, 2] : [4, 2]).find(
      (count) =>
        count >= least &&
        tileBytes(problem, { ...most, rows, keysEach: count }) <= (narrow ? MOST_BYTES : WIDE_BYTES),
    );
    const tile = { ...most, rows, keysEach: keysEach ?? least };
    return { ...tile, splits: splitsFor(problem, tile, device) };
  },
  supports(problem, params, device) {
    const { splits = 0, quads = 0, ...powers } = params;
    for (const [name, value] of Object.entries(powers)) {
      if (!(value >= 1 && Number.isInteger(Math.log2(value))))
        return `${name} must be a power of two, not ${value}`;
    }
    if (!Number.isInteger(splits) || splits < 1)
      return `splits must be a whole number from 1 up, not ${splits}`;
    if (quads === 1 && !hasSubgroups(device)) return 'the device has no subgroups: quads must be 0';
    const { invocations = 1, keysEach = 1, keysSide = 1, valuesSide = 1 } = powers;
    const block = blockOf(problem);
    if (block % (invocations * keysSide) !== 0)
      return `${block} keys are encoded together: invocations times keysSide must divide them`;
    if (keysSide > keysEach) return `keysSide ${keysSide} is more than keysEach ${keysEach}`;
    if (valuesSide > invocations * keysEach)
      return `valuesSide ${valuesSide} is more than the keys of a tile`;
    const bytes = tileBytes(problem, params);
    if (bytes > MOST_BYTES) return `a tile takes ${bytes} bytes of workgroup memory, of ${MOST_BYTES}`;
    return true;
  },
  plan(problem, params): Plan {
    const parts = partsOf(problem);
    const shares = parts.map((part) => sharesOf(part, params));
    const numStates = shares.reduce((sum, { splits }) => sum + splits, 0);
    const numRows = rowCount(problem);
    let firstState = 0;
    const attended = parts.map((part, at) => {
      const { share, splits } = shares[at] ?? { share: 0, splits: 0 };
      firstState += splits;
      return attendTo(problem, params, { part, at, share, splits, firstState: firstState - splits });
    });
    return {
      buffers: [
        floatBuffer('input', 'query', numRows * problem.headDim),
        ...cacheBuffers(problem),
        ...attended.flatMap(({ buffers }) => buffers),
        floatBuffer('workspace', 'splitOutputs', numStates * numRows * problem.headDimV),
        { name: 'splitStats', role: 'workspace', bytes: floatBytes(4 * numStates * numRows) },
        floatBuffer('output', 'output', numRows * problem.headDimV),
        floatBuffer('output', 'lse', numRows),
      ],
      passes: [
        ...attended.flatMap(({ passes }) => passes),
        mergePass(
          { numStates, numRows, headDimV: problem.headDimV },
          { outputs: 'splitOutputs', stats: 'splitStats' },
        ),
      ],
    };
  },
};

/** The most keys that a workgroup may score side by side: those that every part encodes together. */
const blockOf = (problem: CacheProblem): number =>
  Math.min(64, ...partsOf(problem).flatMap(({ keys: { block = 1 } }) => (block > 1 ? [block] : [])));

/** Workgroup memory of a tile: weights, peaks, and the query rows, which keys may hold once more in other units. */
function tileBytes(problem: CacheProblem, { invocations = 1, keysEach = 1, rows = 1 }: Params): number {
  const { headDim, headDimV } = problem;
  const values = Math.max(
    ...partsOf(problem).map((part) => {
      const { VALUE_WEIGHTS: weights = 1, VALUE_RANK: rank } = part.values.reader(
        'value',
        headDimV,
      ).constants;
      const beside = rank === undefined ? 0 : besideTeams({ invocations, rows }) * (headDimV + rank);
      return invocations * keysEach * weights + beside;
    }),
  );
  return 4 * rows * (values + 2 * invocations + 2 * headDim);
}

/** Teams of invocations that add up what lies beside the codes of values: each has sums of its own. */
const besideTeams = ({ invocations = 1, rows = 1 }: Params): number =>
  Math.max(1, Math.min(4, invocations / rows));

/** The slots of each workgroup, whole tiles and whole blocks of them, and how many workgroups share a part. */
function sharesOf(
  { slots, keys: { block = 1 } }: Part,
  { invocations = 1, keysEach = 1, splits = 1 }: Params,
): { readonly share: number; readonly splits: number } {
  const unit = Math.max(block, invocations * keysEach);
  const share = unit * ceilDiv(slots, unit * splits);
  return { share, splits: ceilDiv(slots, share) };
}

/** Keys of each key/value head that queries meet, in the mean. */
const walkedKeys = (problem: CacheProblem): number =>
  partsOf(problem).reduce((sum, { slots }) => sum + slots, 0);

/** The number of shares that keeps the device busy, none of them too small. */
function splitsFor(problem: CacheProblem, { rows = 1 }: Params, device: DeviceProfile): number {
  const blocks = groupsOf(problem) * ceilDiv(rowsPerGroup(problem), rows);
  const most = Math.max(1, Math.floor(walkedKeys(problem) / LEAST_KEYS));
  return Math.min(most, ceilDiv(ENOUGH[simdClass(device)], blocks));
}

/** A part, where its states lie, and how its slots are shared out. */
interface Attended {
  readonly part: Part;
  readonly at: number;
  readonly share: number;
  readonly splits: number;
  readonly firstState: number;
}

/** The passes that attend to a part, and the buffers that they need beside it: rows in other coordinates, if its keys or values have such. */
function attendTo(
  problem: CacheProblem,
  params: Params,
  attended: Attended,
): { readonly passes: readonly Pass[]; readonly buffers: readonly PlanBuffer[] } {
  const { part, at, splits, firstState } = attended;
  const { headDim, headDimV } = problem;
  const names = new Map(partBuffers(problem, part, at).map(({ as, buffer }) => [as, buffer]));
  const { basis: ofKeys } = part.keys;
  const { basis: ofValues } = part.values;
  const query = ofKeys === undefined ? 'query' : `part${at}_query`;
  const output = ofValues === undefined ? 'splitOutputs' : `part${at}_outputs`;
  return {
    buffers: [
      ...(ofKeys ? [rowsBuffer(problem, query, 1, ofKeys.widthOf(headDim))] : []),
      ...(ofValues ? [rowsBuffer(problem, output, splits, ofValues.widthOf(headDimV))] : []),
    ],
    passes: [
      ...(ofKeys
        ? [
            projectPass(problem, {
              ...{ basis: ofKeys, width: headDim, matrix: names.get('key_basis'), back: false },
              ...{ from: 'query', to: query, states: 1, firstState: 0 },
            }),
          ]
        : []),
      attendPass(problem, params, attended, { query, output, ownStates: ofValues !== undefined }),
      ...(ofValues
        ? [
            projectPass(problem, {
              ...{ basis: ofValues, width: headDimV, matrix: names.get('value_basis'), back: true },
              ...{ from: output, to: 'splitOutputs', states: splits, firstState },
            }),
          ]
        : []),
    ],
  };
}

function attendPass(
  problem: CacheProblem,
  { invocations = 1, keysEach = 1, keysSide = 1, valuesSide = 1, quads = 0, rows = 1 }: Params,
  { part, at, share, splits, firstState }: Attended,
  {
    query,
    output,
    ownStates,
  }: { readonly query: string; readonly output: string; readonly ownStates: boolean },
): Pass {
  const { seqLenQ, softmaxScale } = problem;
  const depth = part.keys.basis?.widthOf(problem.headDim) ?? problem.headDim;
  const width = part.values.basis?.widthOf(problem.headDimV) ?? problem.headDimV;
  const groups = groupsOf(problem);
  const key = part.keys.reader('key', problem.headDim);
  const value = part.values.reader('value', problem.headDimV);
  const { VALUE_RANK: rank } = value.constants;
  const fours = 2 ** Math.ceil(Math.log2(ceilDiv((width - (rank ?? 0)) / 4, invocations)));
  return {
    label: `attend to part ${at}`,
    shader: 'cache/attend',
    conditions: {
      LISTED: part.listed === true,
      BESIDE: rank !== undefined,
      PICKED: part.stored !== undefined,
      SUBGROUPS: quads === 1,
      UNEVEN: part.uneven === true,
      WEIGHTED: part.weighted === true,
    },
    modules: { ...key.modules, ...value.modules },
    constants: {
      ...{ ...key.constants, ...value.constants, DEPTH: depth, WIDTH: width },
      ...{ WORKGROUP_SIZE: invocations, KEYS_EACH: keysEach, ROWS: rows, FOURS: fours },
      ...{ KEYS_SIDE: keysSide, VALUES_SIDE: valuesSide },
      ...(rank !== undefined && { BESIDE_TEAMS: besideTeams({ invocations, rows }) }),
    },
    uniforms: [
      u32('num_groups', groups),
      u32('rows_per_group', rowsPerGroup(problem)),
      u32('seq_len_q', seqLenQ),
      u32('slots', part.slots),
      u32('stored', part.stored ?? part.slots),
      u32('share', share),
      u32('splits', splits),
      u32('first_state', firstState),
      u32('first_output', ownStates ? 0 : firstState),
      u32('first_key', part.first),
      i32('reach', reachOf(problem)),
      f32('softmax_scale', softmaxScale),
    ],
    bindings: [
      ...read({ query }),
      ...partBuffers(problem, part, at)
        .filter(({ name }) => name !== 'basis')
        .map(({ as, buffer }): Binding => ({ buffer, as, access: 'read' })),
      ...readWrite({ output, row_stats: 'splitStats' }),
    ],
    workgroups: groups * ceilDiv(rowsPerGroup(problem), rows) * splits,
    flops: 2 * rowCount(problem) * part.slots * (depth + width),
  };
}
