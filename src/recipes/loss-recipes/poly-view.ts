import { requireOneOf } from '../../core/checks.ts';
import { ShapeError, throwIfAborted } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { describe, floatTensor, type FloatTensor, type Tensor } from '../../core/tensor.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import { hostRows, requireSameShape } from './host-rows.ts';

export const POLY_VIEW_MEANS = ['geometric', 'arithmetic', 'statistics'] as const;
export type PolyViewMean = (typeof POLY_VIEW_MEANS)[number];

/** One call of `polyViewLoss`. */
export interface PolyViewArgs {
  /** M views of the same K samples, [K, D] each: row i of every view is sample i. At least two. */
  readonly views: readonly Tensor[];
  /**
   * How the views of a sample are put together. `geometric`: the mean of the losses of all pairs of views. `arithmetic`: the
   * loss of the mean of the pairs' probabilities. `statistics`: each view meets the mean of the other views. Default `'geometric'`.
   */
  readonly mean?: PolyViewMean;
  /** Default 1/0.07. */
  readonly logitScale?: number;
  /** Whether to find the gradients of the views and of logitScale. Default false. */
  readonly gradients?: boolean;
}

export interface PolyViewResult {
  /** The mean over all views of all samples. */
  readonly loss: number;
  /** One for each view, [K, D]. */
  readonly viewGrads?: readonly FloatTensor[];
  readonly logitScaleGrad?: number;
}

type PolyViewLab = Pick<LabApi, 'contrastive'>;
type Options = Pick<CallOptions, 'signal' | 'variant' | 'params'>;

const ARGUMENTS = argumentNames<PolyViewArgs>({ views: true, mean: true, logitScale: true, gradients: true });

/**
 * A contrastive loss over more than two views of each sample. With `p(α → β) = exp zᵅᵝ / (exp zᵅᵝ + Σ exp z)`, where the sum is over all
 * views of all other samples, the loss of view α is the mean over β ≠ α of −log p (`geometric`), or −log of the mean of p (`arithmetic`). With
 * `statistics`, β is the mean of the views other than α, and so are the negatives. With two views, all three are NT-Xent.
 * Shidani et al., "Poly-View Contrastive Learning" (2024).
 *
 * It is made of calls of `info-nce`, which store no logits: M − 1 for `geometric`, twice as many for gradients of `arithmetic`, one for `statistics`.
 * Rows count as they are given: normalise them before.
 * @throws ShapeError naming the argument; as `lab.contrastive`
 */
export async function polyViewLoss(
  lab: PolyViewLab,
  args: PolyViewArgs,
  options: Options = {},
): Promise<PolyViewResult> {
  requireKnown(args, ARGUMENTS);
  const { mean = 'geometric' } = args;
  requireOneOf('mean', mean, POLY_VIEW_MEANS);
  const stacked = stack(args.views);
  return mean === 'statistics'
    ? ofStatistics(lab, args, stacked, options)
    : ofPairs(lab, args, stacked, options);
}

/** All views, one below the other. */
interface Stacked {
  readonly rows: Float32Array;
  readonly numViews: number;
  readonly numSamples: number;
  readonly embedDim: number;
}

function stack(views: unknown): Stacked {
  if (!Array.isArray(views) || views.length < 2) {
    throw new ShapeError(
      'views',
      'a list of at least two views',
      Array.isArray(views) ? `${views.length}` : describe(views),
    );
  }
  const parts = views.map((view, at) => hostRows(`views[${at}]`, view));
  const [first] = parts;
  if (first === undefined) throw new RangeError('two views are there');
  const { numRows, embedDim } = first;
  const rows = new Float32Array(views.length * numRows * embedDim);
  for (const [at, part] of parts.entries()) {
    requireSameShape(`views[${at}]`, part, first);
    rows.set(part.data, at * numRows * embedDim);
  }
  return { rows, numViews: views.length, numSamples: numRows, embedDim };
}

/** Which sample each row is of. */
const samplesOf = ({ numViews, numSamples }: Stacked): Uint32Array =>
  Uint32Array.from({ length: numViews * numSamples }, (_, row) => row % numSamples);

/**
 * Each row beside the same sample of the view `shift` further on. Ids hide the other views of the sample, and the row itself.
 */
function pairCall(stacked: Stacked, shift: number, logitScale: number | undefined) {
  const { rows, numViews, numSamples, embedDim } = stacked;
  const total = numViews * numSamples;
  const x = floatTensor([total, embedDim], rows);
  return {
    loss: 'info-nce' as const,
    ...{ x, y: x, ids: samplesOf(stacked) },
    labels: Uint32Array.from({ length: total }, (_, row) => (row + shift * numSamples) % total),
    ...(logitScale !== undefined && { logitScale }),
  };
}

async function ofPairs(
  lab: PolyViewLab,
  { mean, logitScale, gradients = false }: PolyViewArgs,
  stacked: Stacked,
  options: Options,
): Promise<PolyViewResult> {
  const { numViews, numSamples, rows } = stacked;
  const shifts = Array.from({ length: numViews - 1 }, (_, at) => at + 1);
  const total = numViews * numSamples;
  const share = 1 / (total * shifts.length);
  const weighted = mean === 'arithmetic';
  // The weights of pairs in the arithmetic mean need all losses first.
  const losses: Float32Array[] = [];
  if (weighted) {
    for (const shift of shifts) {
      throwIfAborted(options.signal);
      const { loss } = await lab.contrastive(
        { ...pairCall(stacked, shift, logitScale), reduction: 'none' },
        options,
      );
      losses.push(loss.data);
    }
  }
  const means = weighted ? arithmeticMeans(losses, total) : undefined;
  const sum = new Float64Array(rows.length);
  let [loss, logitScaleGrad] = [0, 0];
  for (const [at, shift] of (means && !gradients ? [] : shifts).entries()) {
    throwIfAborted(options.signal);
    const rowWeights = means?.weights[at];
    const result = await lab.contrastive(
      {
        ...pairCall(stacked, shift, logitScale),
        ...(rowWeights && { rowWeights }),
        reduction: 'sum',
        gradients: gradients ? ['x', 'y', 'logitScale'] : [],
      },
      options,
    );
    const factor = means ? 1 / total : share;
    loss += factor * result.loss;
    logitScaleGrad += factor * (result.logitScaleGrad ?? 0);
    for (const { data } of [result.xGrad, result.yGrad].filter((gradient) => gradient !== undefined)) {
      data.forEach((value, place) => (sum[place] = (sum[place] ?? 0) + factor * value));
    }
  }
  const found = means ? means.loss : loss;
  return { loss: found, ...(gradients && { viewGrads: cut(stacked, sum), logitScaleGrad }) };
}

/** The mean over rows of −log of the mean of exp(−loss), and the weights of each loss in its gradient. */
function arithmeticMeans(losses: readonly Float32Array[], total: number) {
  const weights = losses.map(() => new Float32Array(total));
  let sum = 0;
  for (let row = 0; row < total; row++) {
    const least = losses.reduce((least, loss) => Math.min(least, loss[row] ?? NaN), Infinity);
    const shares = losses.map((loss) => Math.exp(least - (loss[row] ?? NaN)));
    const all = shares.reduce((a, b) => a + b, 0);
    for (const [at, share] of shares.entries()) (weights[at] ?? new Float32Array())[row] = share / all;
    sum += least - Math.log(all / losses.length);
  }
  return { loss: sum / total, weights };
}

async function ofStatistics(
  lab: PolyViewLab,
  { logitScale, gradients = false }: PolyViewArgs,
  stacked: Stacked,
  options: Options,
): Promise<PolyViewResult> {
  const { rows, numViews, numSamples, embedDim } = stacked;
  const shape = [numViews * numSamples, embedDim];
  const { loss, xGrad, yGrad, logitScaleGrad } = await lab.contrastive(
    {
      ...{ loss: 'info-nce', x: floatTensor(shape, rows) },
      ...{ y: floatTensor(shape, Float32Array.from(meansOfOthers(rows, stacked))), ids: samplesOf(stacked) },
      ...(logitScale !== undefined && { logitScale }),
      gradients: gradients ? ['x', 'y', 'logitScale'] : [],
    },
    options,
  );
  if (xGrad === undefined || yGrad === undefined || logitScaleGrad === undefined) return { loss };
  // The mean of others is a symmetric map, so the gradient goes back through it as rows went in.
  const back = meansOfOthers(yGrad.data, stacked);
  return {
    loss,
    viewGrads: cut(
      stacked,
      back.map((value, at) => value + (xGrad.data[at] ?? NaN)),
    ),
    logitScaleGrad,
  };
}

/** Of each row, the mean of the same sample's rows of all other views. */
function meansOfOthers(rows: Float32Array, { numViews, numSamples, embedDim }: Stacked): Float64Array {
  const size = numSamples * embedDim;
  const sums = new Float64Array(size);
  rows.forEach((value, at) => (sums[at % size] = (sums[at % size] ?? 0) + value));
  return Float64Array.from(rows, (value, at) => ((sums[at % size] ?? NaN) - value) / (numViews - 1));
}

const cut = ({ numViews, numSamples, embedDim }: Stacked, rows: Float64Array): FloatTensor[] =>
  Array.from({ length: numViews }, (_, view) => {
    const size = numSamples * embedDim;
    return floatTensor(
      [numSamples, embedDim],
      Float32Array.from(rows.subarray(view * size, (view + 1) * size)),
    );
  });
