import { z } from 'zod';
import { attentionProblem } from '../../../operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../../operations/attention/problem.ts';
import { contrastiveProblem } from '../../../operations/contrastive/fill-problem.ts';
import type { ContrastiveProblem } from '../../../operations/contrastive/problem.ts';
import type { TileSize } from '../../../tile/trace-tiles.ts';
import { count, positive, type Fields, type Settings } from '../../form/fields.ts';

/** The most rows or columns whose numbers can still be read. */
export const MOST_LINES = 16;

export const ROW_BLOCKS = [2, 3, 4, 6, 8] as const;
/** The kernels take four columns at a time. */
export const COL_BLOCKS = [4, 8] as const;

/** What a link leaves out. */
export const EXPLAIN_DEFAULTS: Fields = {
  lesson: 'attention',
  seqLenQ: '12',
  seqLenKV: '12',
  causal: 'bottom-right',
  headDim: '4',
  numRows: '8',
  loss: 'clip',
  embedDim: '4',
  logitScale: '8',
  logitBias: '-4',
  blockM: '4',
  blockN: '4',
  seed: '1',
  step: '1',
};

interface Common {
  readonly tile: TileSize;
  readonly seed: number;
  /** From 1; perhaps more than there are. */
  readonly step: number;
}

export type ExplainPlan = Common &
  (
    | { readonly lesson: 'attention'; readonly problem: AttentionProblem }
    | { readonly lesson: 'contrastive'; readonly problem: ContrastiveProblem }
  );

const bias = z
  .string()
  .trim()
  .regex(/^[-−]?\d*\.?\d+$/, 'A number is wanted.')
  .transform((text) => Number(text.replace('−', '-')))
  .pipe(z.number().min(-100, 'At least -100.').max(100, 'At most 100.'));

const oneOf = (sizes: readonly number[]) => z.enum(sizes.map(String)).transform(Number);

const schema = z
  .object({
    lesson: z.enum(['attention', 'contrastive']),
    seqLenQ: count(MOST_LINES),
    seqLenKV: count(MOST_LINES),
    causal: z.enum(['off', 'bottom-right', 'top-left']),
    headDim: count(8),
    numRows: count(MOST_LINES),
    embedDim: count(8),
    loss: z.enum(['clip', 'siglip']),
    logitScale: positive(100),
    logitBias: bias,
    blockM: oneOf(ROW_BLOCKS),
    blockN: oneOf(COL_BLOCKS),
    seed: count(1e6),
    step: count(1e6),
  })
  .transform(({ lesson, blockM, blockN, seed, step, ...fields }): ExplainPlan => {
    const common = { tile: { blockM, blockN }, seed, step };
    if (lesson === 'attention') {
      const { seqLenQ, seqLenKV, headDim, causal } = fields;
      const mask = causal === 'off' ? false : causal;
      const problem = attentionProblem({ seqLenQ, seqLenKV, headDim, causal: mask });
      return { ...common, lesson, problem };
    }
    const { loss, numRows, embedDim, logitScale, logitBias } = fields;
    const problem = contrastiveProblem({
      ...{ loss, numRows, embedDim, logitScale, gradients: ['x', 'y'] },
      ...(loss === 'siglip' && { logitBias }),
    });
    return { ...common, lesson, problem };
  });

export const EXPLAIN_SETTINGS: Settings<ExplainPlan> = { version: 1, schema, unset: EXPLAIN_DEFAULTS };
