import { requireFinite } from '../../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import { argumentNames, requireKnown } from '../../../core/known-arguments.ts';
import { shared } from '../../../core/option-kernel.ts';
import { describe } from '../../../core/tensor.ts';
import type { AttentionProblem } from '../problem.ts';
import { DEFAULT_BASE, isRotated, positionLists, rotatedDim, turnsOf } from '../rotation.ts';
import { wholeExtents } from '../shard.ts';
import { readPositions } from './positions.ts';
import type { Rope, RopeArgument } from './rope-fields.ts';
import { MAX_REACH, option } from './option.ts';

const POSITIONS = 'Positions';

const NAMES = argumentNames<RopeArgument>({
  base: true,
  dim: true,
  interleaved: true,
  positionsQ: true,
  positionsKV: true,
  maxDistance: true,
  window: true,
  beyond: true,
});

const OTHER_NAMES = { theta: 'base', ropeTheta: 'base', rotaryDim: 'dim', positions: 'positionsQ' };

export const rope = option({
  name: 'rope',
  title: 'Rotary positions',
  help: 'rotate query and key by their positions, inside the kernels: keys count from 0, and the last query stands at the last key',
  flag: '--rope',
  group: POSITIONS,
  control: { kind: 'switch' },
  example: 'on',
  anySize: true,
  apply: (_, { rope: before = {} }) => ({ rope: before }),
  arguments: { rope: (value) => ({ fields: { rope: readRope(value) } }) },
  condition: shared('LEFT_COPIED'),
  data: {
    name: 'rotations',
    dtype: 'f32',
    // Cosine and sine of each pair, in two f32 each.
    count: (problem) => 4 * rotationCount(problem, 'query') + 4 * rotationCount(problem, 'key'),
    values: rotationTable,
  },
  random: (draw, { headDim, seqLenQ, seqLenKV, batch }) => {
    const positions = (length: number) =>
      draw.oneOf(
        undefined,
        Array.from({ length: draw.oneOf(1, batch) * length }, () => draw.int(0, 200_000)),
      );
    const [positionsQ, positionsKV] = [positions(seqLenQ), positions(seqLenKV)];
    return {
      rope: {
        dim: 2 * draw.int(1, Math.floor(headDim / 2)),
        interleaved: draw.oneOf(true, false),
        ...(positionsQ && { positionsQ }),
        ...(positionsKV && { positionsKV }),
      },
    };
  },
  check: checkRope,
});

const ropeBase = option({
  name: 'ropeBase',
  title: 'Rotary base',
  help: 'base of the angles: a pair turns by position · base^(−2 pair / dim)',
  flag: '--rope-base <x>',
  group: POSITIONS,
  control: { kind: 'number', above: 0, most: 1e12 },
  unset: '10000 with rotary positions',
  alsoCalled: ['rope.base'],
  example: '500000',
  fields: [],
  arguments: {},
  apply: (base, { rope: before }) => ({ rope: { ...before, base } }),
});

const ropeDim = option({
  name: 'ropeDim',
  title: 'Rotary dim',
  help: 'how many leading elements of query and key are rotated, an even number',
  flag: '--rope-dim <n>',
  group: POSITIONS,
  control: { kind: 'count', most: 512 },
  unset: 'as head dim',
  alsoCalled: ['rope.dim'],
  example: '16',
  fields: [],
  arguments: {},
  apply: (dim, { rope: before }) => ({ rope: { ...before, dim } }),
});

const ropeInterleaved = option({
  name: 'ropeInterleaved',
  title: 'Neighbours rotated',
  help: 'elements 0 and 1, 2 and 3 … are rotated together, as in GPT-J, instead of i and i + dim / 2',
  flag: '--rope-interleaved',
  group: POSITIONS,
  control: { kind: 'switch' },
  alsoCalled: ['rope.interleaved'],
  example: 'on',
  fields: [],
  arguments: {},
  apply: (interleaved, { rope: before }) => ({ rope: { ...before, interleaved } }),
});

/** Positions that begin with these numbers and go on by one. */
const continued = (first: readonly number[], length: number): number[] =>
  Array.from({ length }, (_, at) => first[at] ?? (first.at(-1) ?? 0) + at - first.length + 1);

const ropePositionsQ = option({
  name: 'ropePositionsQ',
  title: 'Query positions',
  help: 'positions of the queries; a list that ends early goes on by one',
  flag: '--rope-positions-q <numbers>',
  group: POSITIONS,
  control: { kind: 'counts', most: MAX_REACH },
  unset: 'up to the last key',
  alsoCalled: ['rope.positionsQ'],
  example: '100000',
  fields: [],
  arguments: {},
  apply: (first, { rope: before, seqLenQ = 1 }) => ({
    rope: { ...before, positionsQ: continued(first, seqLenQ) },
  }),
});

const ropePositionsKV = option({
  name: 'ropePositionsKV',
  title: 'Key positions',
  help: 'positions of the keys; a list that ends early goes on by one',
  flag: '--rope-positions-kv <numbers>',
  group: POSITIONS,
  control: { kind: 'counts', most: MAX_REACH },
  unset: 'from 0',
  alsoCalled: ['rope.positionsKV'],
  example: '0, 1, 2, 3, 1000',
  fields: [],
  arguments: {},
  apply: (first, { rope: before, seqLenQ = 1, seqLenKV = seqLenQ }) => ({
    rope: { ...before, positionsKV: continued(first, seqLenKV) },
  }),
});

const keysRotated = option({
  name: 'keysRotated',
  title: 'Keys stored rotated',
  help: 'keys come rotated already, as from a cache of rotated keys: queries alone are',
  flag: '--keys-rotated',
  group: POSITIONS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { rope: 'on' },
  anySize: true,
  condition: { ...shared('RIGHT_COPIED'), when: copiesKeys },
  random: () => ({ keysRotated: true }),
  check({ rope: turned, keysRotated: given = false }) {
    requireFlag('keysRotated', given);
    if (!given) return;
    if (turned === undefined) throw new ShapeError('keysRotated', 'given along with rope', 'no rope');
  },
});

/** Whether kernels read a copy of the keys: second terms of rows that were turned have their places in both copies. */
export function copiesKeys(problem: AttentionProblem): boolean {
  const { rope: turned, scorePrecision } = problem;
  return isRotated(problem, 'key') || (turned !== undefined && scorePrecision === 'two-term');
}

/** Rotary positions, and all that shapes them. */
export const ROPE_OPTIONS = [
  rope,
  ropeBase,
  ropeDim,
  ropeInterleaved,
  ropePositionsQ,
  ropePositionsKV,
  keysRotated,
];

/** @throws ShapeError naming the part that is wrong */
function readRope(value: unknown): Rope {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw new ShapeError('rope', 'an object: { base, dim, … }, or {}', describe(value));
  }
  requireKnown(value, NAMES, OTHER_NAMES);
  const { positionsQ, positionsKV, maxDistance, window, beyond, ...plain } = value as RopeArgument;
  for (const [name, part] of Object.entries({ maxDistance, window, beyond })) {
    // Calls of the forward have split these off: see `splitFarKeys`.
    if (part !== undefined)
      throw new UnsupportedError(`rope.${name} is for the forward alone`, `rope.${name}`);
  }
  const given = Object.entries<unknown>(plain).filter(([, part]) => part !== undefined);
  return {
    ...(Object.fromEntries(given) as Rope),
    ...(positionsQ !== undefined && { positionsQ: readPositions('rope.positionsQ', positionsQ) }),
    ...(positionsKV !== undefined && { positionsKV: readPositions('rope.positionsKV', positionsKV) }),
  };
}

function checkRope(problem: AttentionProblem): void {
  const { rope: turned, headDim, batch } = problem;
  const { seqLenQ, seqLenKV } = wholeExtents(problem);
  if (turned === undefined) return;
  const { base = DEFAULT_BASE, interleaved = false, positionsQ, positionsKV } = turned;
  requireFlag('rope.interleaved', interleaved);
  requireFinite('rope.base', base);
  if (base <= 0) throw new ShapeError('rope.base', 'a positive number', String(base));
  const dim = rotatedDim(problem);
  if (!(Number.isInteger(dim / 2) && dim >= 2 && dim <= headDim)) {
    const whence = turned.dim === undefined ? ' by default, headDim' : '';
    throw new ShapeError('rope.dim', `an even number from 2 to headDim = ${headDim}`, `${dim}${whence}`);
  }
  checkPositions('rope.positionsQ', positionsQ, batch, seqLenQ);
  checkPositions('rope.positionsKV', positionsKV, batch, seqLenKV);
}

/** @throws ShapeError unless it is a boolean: a caller may have no types */
function requireFlag(argument: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new ShapeError(argument, 'true or false', describe(value));
}

function checkPositions(
  argument: string,
  positions: readonly number[] | undefined,
  batch: number,
  length: number,
): void {
  if (positions === undefined) return;
  if (positions.length !== length && positions.length !== batch * length) {
    const each = batch === 1 ? '' : `, or ${batch} × ${length}, one for each entry`;
    throw new ShapeError(argument, `${length} positions${each}`, `${positions.length}`);
  }
  const odd = positions.find((position) => !Number.isFinite(position));
  if (odd !== undefined) throw new ShapeError(argument, 'finite numbers', String(odd));
}

/** Pairs of all positions of a side. */
function rotationCount(problem: AttentionProblem, side: 'query' | 'key'): number {
  if (!isRotated(problem, side)) return 0;
  const length = side === 'query' ? problem.seqLenQ : problem.seqLenKV;
  return (positionLists(problem, side) * length * rotatedDim(problem)) / 2;
}

/** Cosine and sine of each turn as two f32: queries first, then keys. */
function rotationTable(problem: AttentionProblem): Float32Array {
  const sides = (['query', 'key'] as const).filter((side) => isRotated(problem, side));
  const table = new Float32Array(4 * rotationCount(problem, 'query') + 4 * rotationCount(problem, 'key'));
  let at = 0;
  for (const { cos, sin } of sides.map((side) => turnsOf(problem, side))) {
    cos.forEach((c, index) => {
      const s = sin[index] ?? NaN;
      table.set([c, c - Math.fround(c), s, s - Math.fround(s)], at);
      at += 4;
    });
  }
  return table;
}
