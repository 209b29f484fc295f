import { f32, floatBytes, read, readWrite, u32, type Pass, type PlanBuffer } from '../plan.ts';
import { clipWeight, type ContrastiveProblem } from './problem.ts';

/** The inputs and outputs every variant has. */
export function dataBuffers(problem: ContrastiveProblem): PlanBuffer[] {
  const { numRows, numCols, embedDim, gradients } = problem;
  const x = floatBytes(numRows * embedDim);
  const y = floatBytes(numCols * embedDim);
  const outputs: [string, number, boolean][] = [
    ['loss', floatBytes(1), true],
    ['rowLse', floatBytes(numRows), true],
    ['colLse', floatBytes(numCols), true],
    ['xGrad', x, gradients.includes('x')],
    ['yGrad', y, gradients.includes('y')],
    ['logitScaleGrad', floatBytes(1), gradients.includes('logitScale')],
  ];
  return [
    { name: 'x', role: 'input', bytes: x },
    { name: 'y', role: 'input', bytes: y },
    ...outputs
      .filter(([, , wanted]) => wanted)
      .map(([name, bytes]): PlanBuffer => ({ name, role: 'output', bytes })),
  ];
}

/** A panel of columns. */
export interface Panel {
  readonly first: number;
  readonly count: number;
}

type PassOwn = Omit<Pass, 'conditions' | 'uniforms'> & {
  readonly conditions?: Pass['conditions'];
  readonly panel?: Panel;
  readonly rowBlocks?: number;
  /** The pass sees X as Y and Y as X. */
  readonly swapped?: boolean;
};

/** A pass with `lib/contrastive_params.wesl`'s params. */
export function contrastivePass(
  problem: ContrastiveProblem,
  { panel, rowBlocks = 0, swapped = false, ...own }: PassOwn,
): Pass {
  const { numRows, numCols, logitScale } = problem;
  return {
    conditions: {},
    ...own,
    uniforms: [
      u32('num_rows', swapped ? numCols : numRows),
      u32('num_cols', swapped ? numRows : numCols),
      f32('logit_scale', logitScale),
      f32('weight', clipWeight(problem)),
      u32('panel', panel?.first ?? 0),
      u32('panel_cols', panel?.count ?? numCols),
      u32('row_blocks', rowBlocks),
      // The lines of the rows come first, then those of the columns.
      u32('own_lines', swapped ? numRows : 0),
      u32('other_lines', swapped ? 0 : numRows),
    ],
  };
}

const SUM_WORKGROUP = 256;

/** `to` = the sum of the first `count` elements of `from`. */
export function sumPass(from: string, to: string, count: number): Pass {
  return {
    label: `sum ${from}`,
    shader: 'reduce/sum',
    conditions: {},
    constants: { WORKGROUP_SIZE: SUM_WORKGROUP },
    uniforms: [u32('count', count)],
    bindings: [...read(from), ...readWrite(to)],
    workgroups: 1,
    flops: 4 * count,
  };
}
