import { f32, read, readWrite, u32, type Pass } from '../../../core/plan.ts';
import { lineConditions } from './buffers.ts';
import { DEFAULT_SIGMA } from '../losses/dclw.ts';
import { lossOf } from '../losses/index.ts';
import { lineWeight, type ContrastiveProblem } from '../problem.ts';
import type { Panel, Slice } from './slices.ts';

type PassOwn = Omit<Pass, 'conditions' | 'uniforms'> & {
  readonly conditions?: Pass['conditions'];
  /** Whose softmaxes the pass walks along; by default all rows. */
  readonly own?: Slice;
  /** And whom these meet; by default all columns. */
  readonly other?: Slice;
  readonly panel?: Panel;
  /** Of the own lines; by default all of the slice. */
  readonly rowPanel?: Panel;
  readonly rowBlocks?: number;
  /** Where sums along lines begin, counted like `other.first`; by default at 0. */
  readonly sumsFrom?: number;
};

/** The module that tells which pairs are positive. */
function positivesOf({ loss, oneTensor, labels }: ContrastiveProblem): string {
  const folder = 'contrastive/lib/positives';
  if (lossOf(loss).labels === 'classes') return `${folder}/classes`;
  if (oneTensor === true) return `${folder}/views`;
  return labels === true ? `${folder}/labelled` : `${folder}/paired`;
}

/** A pass with `contrastive/lib/params.wesl`'s params. */
export function contrastivePass(
  problem: ContrastiveProblem,
  { own, other, panel, rowPanel, rowBlocks = 0, sumsFrom = 0, ...pass }: PassOwn,
): Pass {
  const { numRows, numCols, oneTensor, logitScale } = problem;
  const lineOf = ({ of, first }: Slice) => first + (of === 'y' ? numRows : 0);
  const whole = (of: Slice['of'], count: number): Slice => ({ of, chunk: 0, first: 0, count });
  const rows = own ?? whole('x', numRows);
  const cols = other ?? whole(oneTensor === true ? 'x' : 'y', numCols);
  return {
    ...pass,
    conditions: { ...lineConditions(problem), ...pass.conditions },
    modules: { loss: lossOf(problem.loss).module, positives: positivesOf(problem), ...pass.modules },
    uniforms: [
      u32('num_rows', rows.count),
      u32('num_cols', cols.count),
      u32('row_first', rows.first),
      u32('col_first', cols.first),
      u32('own_lines', lineOf(rows)),
      u32('other_lines', lineOf(cols)),
      u32('panel', panel?.first ?? 0),
      u32('panel_cols', panel?.count ?? cols.count),
      u32('row_panel', rowPanel?.first ?? 0),
      u32('panel_rows', rowPanel?.count ?? rows.count),
      u32('row_blocks', rowBlocks),
      u32('sums_from', sumsFrom),
      u32('view_rows', Math.floor(numRows / 2)),
      f32('logit_scale', logitScale),
      f32('logit_bias', problem.logitBias ?? 0),
      f32('weight', lineWeight(problem)),
      f32('margin', problem.margin ?? 0),
      f32('smoothing', problem.labelSmoothing ?? 0),
      f32('false_negative_margin', problem.falseNegativeMargin ?? 0),
      f32('sigma', problem.sigma ?? DEFAULT_SIGMA),
      f32('negative_infinity', -Infinity),
    ],
  };
}

/** Invocations of the workgroup that adds up all terms. */
export const SUM_WORKGROUP = 256;

/** `to` = the sum of the first `count` elements of `from`. */
export function sumPass(from: string, to: string, count: number): Pass {
  return {
    label: `sum ${from}`,
    shader: 'reduce/sum',
    conditions: {},
    constants: { WORKGROUP_SIZE: SUM_WORKGROUP },
    uniforms: [u32('count', count)],
    bindings: [...read({ terms: from }), ...readWrite({ total: to })],
    workgroups: 1,
    flops: 4 * count,
  };
}

/** The loss from its terms, unless it is one per row. */
export const lossSum = (problem: ContrastiveProblem): Pass[] =>
  problem.reduction === 'none' ? [] : [sumPass('lossTerms', 'loss', problem.numRows)];
