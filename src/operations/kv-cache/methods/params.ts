import { ShapeError } from '../../../core/errors.ts';
import type { CacheParam } from '../method.ts';
import type { CacheProblem } from '../problem.ts';

export const groupSize: CacheParam = {
  name: 'groupSize',
  about: 'elements that share a scale',
  initial: 32,
  choices: [8, 16, 32, 64, 128],
};

export const residual: CacheParam = {
  name: 'residual',
  about: 'the last keys, which stay in f32',
  initial: 32,
  least: 0,
  whole: true,
};

export const budget: CacheParam = {
  name: 'budget',
  about: 'keys that each key/value head keeps: a number, or below 1 a fraction',
  initial: 0.2,
  least: 0,
};

export const sinks: CacheParam = {
  name: 'sinks',
  about: 'first keys that are kept',
  initial: 4,
  least: 0,
  whole: true,
};

export const recent: CacheParam = {
  name: 'recent',
  about: 'last keys that are kept in any case',
  initial: 0,
  least: 0,
  whole: true,
};

/** `true`, or why rows of `width` cannot have groups of `channels` codes: a group is whole words, and a row whole groups. */
export function groupsFit(name: string, width: number, channels: number, bits: number): true | string {
  if (channels >= width) return true;
  if (width % channels !== 0) return `${name} ${width} is no multiple of groupSize ${channels}`;
  if ((channels * bits) % 32 === 0) return true;
  return `${channels} codes of ${bits} bits are no whole words: groupSize must be ${32 / bits} at least`;
}

/** `true`, or why the groups of keys or of values do not fit their vectors. */
export function bothFit({ headDim, headDimV, params }: CacheProblem, bits: number): true | string {
  const { groupSize: channels = Infinity } = params;
  const keys = groupsFit('headDim', headDim, channels, bits);
  return keys === true ? groupsFit('headDimV', headDimV, channels, bits) : keys;
}

/**
 * All parameters of a method.
 * @param of the argument that they are parameters of, if not of the method itself
 * @throws ShapeError naming one that it does not have, or that cannot be
 */
export function fillParams(
  params: readonly CacheParam[],
  given: Readonly<Record<string, number>>,
  of?: string,
): Readonly<Record<string, number>> {
  const place = of === undefined ? 'params' : `${of}.params`;
  for (const [name, value] of Object.entries(given)) {
    if (params.some((param) => param.name === name)) continue;
    const known = params.map((param) => param.name).join(', ') || 'no parameters';
    throw new ShapeError(`${place}.${name}`, `one of ${known}`, String(value));
  }
  return Object.fromEntries(
    params.map((param) => {
      const value = given[param.name] ?? param.initial;
      const expected = expectedOf(param, value);
      if (expected === undefined) return [param.name, value];
      throw new ShapeError(`${place}.${param.name}`, expected, String(value));
    }),
  );
}

/** The range that a parameter's value misses, in words; `undefined` if the value is in it. */
function expectedOf(
  { choices, least = -Infinity, most = Infinity, whole }: CacheParam,
  value: number,
): string | undefined {
  if (choices !== undefined) return choices.includes(value) ? undefined : choices.join(', ');
  const kind = whole === true ? 'a whole number' : 'a number';
  const fits = value >= least && value <= most && (whole !== true || Number.isInteger(value));
  return fits ? undefined : `${kind} from ${least}${most === Infinity ? ' up' : ` to ${most}`}`;
}
