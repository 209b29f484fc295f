import { isInteger, requireFinite, requireTyped } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import type { Ran } from '../../core/operation.ts';
import type { Run } from '../../core/run.ts';
import { describe, floatTensor, requireAnyTensor } from '../../core/tensor.ts';
import { sampleRows } from '../../core/sample.ts';
import { mergeStatesReference } from '../merge-states/reference.ts';
import type { AttentionArgs, AttentionResult } from './api.ts';
import { lengthsIn } from './options/arguments.ts';

/** Keys before the last `window` ones of a query turn by one distance, whatever their own is. */
interface FarKeys {
  /** The largest distance that counts as it is. */
  readonly window: number;
  /** The distance of all keys behind it. */
  readonly beyond: number;
}

/** A call in two parts: near keys turned by their distance, and far ones, all at one distance. The states are to be merged. */
export interface NearAndFar {
  readonly near: AttentionArgs;
  readonly far: AttentionArgs;
}

/** Arguments that say otherwise which keys are near, or count distances themselves. */
const OTHERS = [
  'window',
  'alibiSlopes',
  'cuSeqLensQ',
  'cuSeqLensKV',
  'choose',
  'keysRotated',
  'pages',
] as const;

/** Whether a call has keys that turn by one distance. */
export const hasFarKeys = ({ rope }: AttentionArgs): boolean =>
  typeof rope === 'object' && [rope.maxDistance, rope.window, rope.beyond].some((part) => part !== undefined);

/**
 * Splits a call whose far keys all turn by one distance: `rope.maxDistance` (LM-Infinite) or `rope.window` (A²ATS). Far keys are not
 * turned at all, and the queries turn by that distance.
 * @throws ShapeError naming the part that is wrong, UnsupportedError for what does not go with it
 */
export function splitFarKeys(args: AttentionArgs): NearAndFar | undefined {
  if (!hasFarKeys(args)) return undefined;
  const { maxDistance, window: _, beyond: __, ...rope } = args.rope ?? {};
  const argument = maxDistance === undefined ? 'rope.window' : 'rope.maxDistance';
  const { window, beyond } = readFarKeys(args.rope ?? {});
  const refuse = (other: string) => {
    throw new UnsupportedError(`${other} does not go with ${argument}`, argument);
  };
  for (const name of OTHERS) if (args[name] !== undefined) refuse(name);
  if (args.causal === 'top-left') refuse("causal 'top-left'");
  if (rope.positionsQ ?? rope.positionsKV) refuse('a list of positions');
  const query = requireAnyTensor('query', args.query, 4);
  const key = requireAnyTensor('key', args.key, 4);
  if (query.dtype === 'f16') refuse('f16');
  const [batch = 0, , keys = 0] = key.shape;
  const lengths =
    args.seqLensKV === undefined
      ? Array.from({ length: batch }, () => keys)
      : lengthsIn('seqLensKV', args.seqLensKV);
  // Sinks count once.
  const { sinks: ___, ...rest } = args;
  return {
    near: { ...args, rope, window: [window, -1] },
    far: {
      ...{ ...rest, causal: 'bottom-right', keysRotated: true },
      // The diagonal ends at the last key: without as many keys, each row sees those that are farther.
      seqLensKV: lengths.map((length) => Math.max(0, length - window - 1)),
      rope: { ...rope, positionsQ: Array.from({ length: query.shape[2] ?? 0 }, () => beyond) },
    },
  };
}

/** @throws ShapeError unless it is one of the two, and numbers */
function readFarKeys({ maxDistance, window, beyond }: NonNullable<AttentionArgs['rope']>): FarKeys {
  if (maxDistance !== undefined) {
    const other = window ?? beyond;
    if (other !== undefined)
      throw new ShapeError('rope.maxDistance', 'given without window and beyond', 'both');
    return { window: requireDistance('rope.maxDistance', maxDistance), beyond: maxDistance };
  }
  const own = requireDistance('rope.window', window);
  requireFinite('rope.beyond', beyond ?? own);
  return { window: own, beyond: beyond ?? own };
}

function requireDistance(argument: string, value: unknown): number {
  if (typeof value === 'number' && isInteger(value, 0, 2 ** 24)) return value;
  throw new ShapeError(argument, 'a whole number of tokens', describe(value));
}

/** The result of near and far keys together. */
export function mergedStates(
  rowShape: readonly number[],
  headDimV: number,
  ran: readonly Ran[],
): AttentionResult {
  const numRows = rowShape.reduce((product, extent) => product * extent, 1);
  const all = (name: string) =>
    ran.flatMap(({ outputs }) => Array.from(requireTyped(outputs, name, Float32Array)));
  const problem = { numStates: ran.length, numRows, headDimV };
  const { output, lse } = mergeStatesReference(
    problem,
    all('output'),
    all('lse'),
    sampleRows(numRows, numRows),
  );
  return {
    output: floatTensor([...rowShape, headDimV], Float32Array.from(output)),
    lse: floatTensor(rowShape, Float32Array.from(lse)),
    run: ran.map(({ run }) => run).reduce(together),
  };
}

/** Two runs, one after the other. */
function together(first: Run, second: Run): Run {
  const { gpuMs: _, tiles: __, ...rest } = first;
  return {
    ...rest,
    workspaceBytes: Math.max(first.workspaceBytes, second.workspaceBytes),
    flops: first.flops + second.flops,
    passes: [...first.passes, ...second.passes],
    wallMs: first.wallMs + second.wallMs,
    ...(first.gpuMs !== undefined && second.gpuMs !== undefined && { gpuMs: first.gpuMs + second.gpuMs }),
    ...(first.tiles &&
      second.tiles && {
        tiles: {
          visited: first.tiles.visited + second.tiles.visited,
          total: first.tiles.total + second.tiles.total,
        },
      }),
  };
}
