import { z } from '../../../core/schema.ts';
import type { TileSize } from '../../../tile/trace-tiles.ts';
import { addIssue, count, type Fields, type Settings } from '../../form/fields.ts';
import type { Lesson } from './frame.ts';
import { LESSONS } from './lessons.ts';

/** The kernels take powers of two. */
export const ROW_BLOCKS = [2, 4, 8] as const;
/** The kernels take four columns at a time. */
export const COL_BLOCKS = [4, 8] as const;

/** The values that a link leaves out. */
export const EXPLAIN_DEFAULTS: Fields = {
  lesson: LESSONS[0].id,
  ...Object.fromEntries(LESSONS.flatMap(({ defaults }) => Object.entries(defaults))),
  blockM: '4',
  blockN: '4',
  seed: '1',
  step: '1',
};

export interface ExplainPlan {
  readonly lesson: string;
  readonly problem: object;
  readonly tile: TileSize;
  readonly seed: number;
  /** The step from 1. It may be larger than the number of steps. */
  readonly step: number;
  start(): Lesson;
}

const oneOf = (sizes: readonly number[]) => z.pipe(z.enum(sizes.map(String)), z.transform(Number));

/** The fields that every lesson has. */
const common = z.object({
  lesson: z.enum(LESSONS.map(({ id }) => id)),
  blockM: oneOf(ROW_BLOCKS),
  blockN: oneOf(COL_BLOCKS),
  seed: count(1e6),
  step: count(1e6),
});

/** Every lesson reads its fields, so that a link keeps those of the others too. */
const schema = z.pipe(
  z.record(z.string(), z.string()),
  z.transform((fields, context): ExplainPlan => {
    const read = common.safeParse(fields);
    const prepared = LESSONS.map(({ id, schema: own }) => ({ id, read: own.safeParse(fields) }));
    for (const { error } of [read, ...prepared.map((one) => one.read)]) {
      for (const { path, message } of error?.issues ?? []) {
        addIssue(context, { path, message });
      }
    }
    const chosen = prepared.find(({ id }) => id === read.data?.lesson)?.read.data;
    if (read.data === undefined || chosen === undefined) return z.NEVER;
    const { lesson, blockM, blockN, seed, step } = read.data;
    const tile = { blockM, blockN };
    return { lesson, problem: chosen.problem, tile, seed, step, start: () => chosen.start(tile, seed) };
  }),
);

export const EXPLAIN_SETTINGS: Settings<ExplainPlan> = { version: 1, schema, unset: EXPLAIN_DEFAULTS };
