import { ShapeError } from '../../core/errors.ts';
import { valuesOf } from '../../core/half.ts';
import type { Inputs, Source } from '../../core/variant.ts';
import { isRows } from './prefixes.ts';
import type { ContrastiveProblem } from './problem.ts';

const LARGEST_F32 = 3.4028234663852886e38;
/** Kernels hold logits in units of log 2. */
const LOG2_E = Math.LOG2E;

/**
 * Refuses embeddings so large that their logits leave the range of f32, where all that follows would be NaN. Embeddings with a
 * NaN or an infinity are taken as they are, and so are those on the device.
 * @throws ShapeError naming x, or teacherX
 */
export function requireLogitsInRange(problem: ContrastiveProblem, inputs: Inputs): void {
  const { embedDim, normalize, oneTensor, logitScale, margin = 0 } = problem;
  const x = largestNorm(inputs['x'], embedDim);
  const others = oneTensor === true ? x : largestNorm(inputs['y'], embedDim);
  const product = x * Math.max(others, largestNorm(inputs['rowNegatives'], embedDim));
  const scale = Math.max(Math.abs(logitScale), largestNorm(inputs['scales'], 1));
  const similarity = (normalize === true ? 1 : product) + Math.abs(margin);
  requireInRange('x', Math.max(product, LOG2_E * scale * similarity));
  const { teacherDim = 1, teacherScale = 0 } = problem;
  const taught = largestNorm(inputs['teacherX'], teacherDim) * largestNorm(inputs['teacherY'], teacherDim);
  requireInRange('teacherX', Math.max(taught, LOG2_E * Math.abs(teacherScale) * taught));
}

function requireInRange(name: string, largest: number): void {
  if (!(largest > LARGEST_F32)) return;
  throw new ShapeError(
    name,
    'embeddings whose products and logits are within the range of f32, 3.4e38',
    `values up to ${largest.toPrecision(2)}`,
  );
}

/** The largest length of a row without NaN and infinities; 0 where there are no values on the host. */
function largestNorm(source: Source | undefined, width: number): number {
  if (!isRows(source)) return 0;
  const values = valuesOf(source);
  let largest = 0;
  for (let start = 0; start < values.length; start += width) {
    let squares = 0;
    for (let at = start; at < start + width; at++) squares += (values[at] ?? 0) ** 2;
    if (squares > largest && squares !== Infinity) largest = squares;
  }
  return Math.sqrt(largest);
}
