import { requireFinite, requireOneOf } from '../../core/checks.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { floatTensor, type FloatTensor, type Tensor } from '../../core/tensor.ts';
import type { Indices } from '../../operations/contrastive/options/fields.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import { hostRows, rowDot, type HostRows } from './host-rows.ts';

export const TRIPLET_KINDS = ['triplet', 'angular'] as const;
export type TripletKind = (typeof TRIPLET_KINDS)[number];

/** One call of `minedTriplets`. */
export interface TripletArgs {
  /** [N, D], rows of length 1. */
  readonly x: Tensor;
  /** [M, D], rows of length 1. */
  readonly y: Tensor;
  /** The positive column of each row. Default: row i ↔ column i. */
  readonly labels?: Indices;
  /** Which item each column is: columns that are the same item as a row's positive are not its negatives. */
  readonly ids?: Indices;
  /**
   * `triplet`: `max(0, margin + s⁻ − s⁺)` of the similarities of negative and positive. `angular`: `θ⁺² + max(0, margin − θ⁻)²` of
   * the angles. Default `'triplet'`.
   */
  readonly kind?: TripletKind;
  /** Default 0.2 for triplets, 0.5 radians for angles. */
  readonly margin?: number;
}

export interface TripletResult {
  /** The mean over the rows. A row without a semi-hard negative has the term of its positive alone, of triplets 0. */
  readonly loss: number;
  /** The semi-hard negative of each row, 2³² − 1 where it has none. */
  readonly negatives: Uint32Array;
  readonly xGrad: FloatTensor;
  readonly yGrad: FloatTensor;
}

const ARGUMENTS = argumentNames<TripletArgs>({
  x: true,
  y: true,
  labels: true,
  ids: true,
  kind: true,
  margin: true,
});

/**
 * A loss over one triplet for each row: its positive, and its semi-hard negative, which is the most similar one that is no more similar
 * than the positive. All negatives are found in one walk, which stores no similarities: `hardest: 1` with `falseNegativeMargin: 0`.
 * Schroff et al., "FaceNet" (2015); `angular` is AMC-Loss, Choi et al. (2020). The choice has no gradient.
 * @throws ShapeError naming the argument; as `lab.contrastive`
 */
export async function minedTriplets(
  lab: Pick<LabApi, 'contrastive'>,
  args: TripletArgs,
  options: Pick<CallOptions, 'signal' | 'variant' | 'params'> = {},
): Promise<TripletResult> {
  requireKnown(args, ARGUMENTS);
  const { kind = 'triplet', margin = kind === 'triplet' ? 0.2 : 0.5, ...given } = args;
  requireOneOf('kind', kind, TRIPLET_KINDS);
  requireFinite('margin', margin);
  const [x, y] = [hostRows('x', given.x), hostRows('y', given.y)];
  const { hardest } = await lab.contrastive(
    { ...given, loss: 'info-nce', logitScale: 1, hardest: 1, falseNegativeMargin: 0 },
    options,
  );
  const negatives = hardest?.indices ?? new Uint32Array();
  const [xGrad, yGrad] = [new Float64Array(x.data.length), new Float64Array(y.data.length)];
  /** Adds the gradient of the similarity of two rows. */
  const pull = (row: number, column: number, slope: number): void => {
    for (let d = 0; d < x.embedDim; d++) {
      const [a, b] = [row * x.embedDim + d, column * x.embedDim + d];
      xGrad[a] = (xGrad[a] ?? NaN) + slope * (y.data[b] ?? NaN);
      yGrad[b] = (yGrad[b] ?? NaN) + slope * (x.data[a] ?? NaN);
    }
  };
  let loss = 0;
  for (let row = 0; row < x.numRows; row++) {
    const positive = args.labels?.[row] ?? row;
    const negative = negatives[row] ?? NaN;
    const near = rowDot(x, row, y, positive);
    const far = negative < y.numRows ? rowDot(x, row, y, negative) : undefined;
    const term = kind === 'triplet' ? tripletTerm(near, far, margin) : angularTerm(near, far, margin);
    loss += term.loss / x.numRows;
    if (term.near !== 0) pull(row, positive, term.near / x.numRows);
    if (term.far !== 0) pull(row, negative, term.far / x.numRows);
  }
  return { loss, negatives, xGrad: gradient(x, xGrad), yGrad: gradient(y, yGrad) };
}

/** A row's term, and its slopes by the two similarities. */
interface Term {
  readonly loss: number;
  readonly near: number;
  readonly far: number;
}

function tripletTerm(near: number, far: number | undefined, margin: number): Term {
  const loss = far === undefined ? 0 : margin + far - near;
  return loss > 0 ? { loss, near: -1, far: 1 } : { loss: 0, near: 0, far: 0 };
}

function angularTerm(near: number, far: number | undefined, margin: number): Term {
  const own = squaredAngle(near, 0);
  const other = far === undefined ? { loss: 0, slope: 0 } : squaredAngle(far, margin);
  return { loss: own.loss + other.loss, near: own.slope, far: other.slope };
}

/** `(θ − margin)²` where the angle is below the margin, or where there is no margin; and its slope by the cosine. */
function squaredAngle(cosine: number, margin: number): { loss: number; slope: number } {
  const bounded = Math.min(1, Math.max(-1, cosine));
  const angle = Math.acos(bounded);
  const gap = angle - margin;
  if (margin > 0 && gap >= 0) return { loss: 0, slope: 0 };
  const sine = Math.sqrt(1 - bounded * bounded);
  // θ / sin θ tends to 1 where the rows are equal.
  const slope = sine === 0 ? (margin > 0 ? 0 : -2) : (-2 * gap) / sine;
  return { loss: gap * gap, slope };
}

const gradient = ({ numRows, embedDim }: HostRows, sums: Float64Array): FloatTensor =>
  floatTensor([numRows, embedDim], Float32Array.from(sums));
