import { floatTensor } from '../../../core/tensor.ts';
import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { dot, logSumExp, mean, type Rows } from '../float64-rows.ts';
import { POLY_VIEW_MEANS, polyViewLoss, type PolyViewMean } from '../poly-view.ts';
import { rowsAbout, seedOf, unitRows } from '../seeded-rows.ts';

const NUM_VIEWS = 3;

export const polyView: Recipe<'views', { readonly mean: PolyViewMean; readonly logitScale: number }> = {
  id: 'poly-view',
  title: 'More than two views',
  idea:
    'Each view of a sample meets its other views, and the views of other samples are negatives. The other views are put together by the mean of the ' +
    'pairs’ losses, by that of their probabilities, or by their mean, a sufficient statistic.',
  formula:
    'pᵅᵝ = exp zᵅᵝ / (exp zᵅᵝ + Σ exp z⁻); geometric: mean of −log pᵅᵝ; arithmetic: −log of the mean of pᵅᵝ; β over the other views of α',
  source: 'Shidani et al., “Poly-View Contrastive Learning” (2024)',
  link: 'https://arxiv.org/abs/2403.05490',
  call: `const { loss, viewGrads, logitScaleGrad } = await polyViewLoss(lab, { views: [a, b, c, d], mean: 'geometric', gradients: true });`,
  params: {
    mean: { about: 'how views are put together', initial: 'geometric', choices: POLY_VIEW_MEANS },
    logitScale: LOGIT_SCALE,
  },
  /** Views of `size` samples, one below the other. */
  inputs(seed, size) {
    const samples = unitRows(seedOf(seed, 1), size);
    const numRows = NUM_VIEWS * size;
    const rowOf = (row: number) => row % size;
    return { views: rowsAbout(samples, { seed: seedOf(seed, 2), spread: 1, numRows, rowOf }) };
  },
  async run(lab, { views: stacked }, params, options) {
    const [numRows = 0, width = 0] = stacked.shape;
    const length = (numRows / NUM_VIEWS) * width;
    const views = Array.from({ length: NUM_VIEWS }, (_, view) =>
      floatTensor([numRows / NUM_VIEWS, width], stacked.data.subarray(view * length, (view + 1) * length)),
    );
    const { loss, viewGrads = [] } = await polyViewLoss(lab, { views, ...params, gradients: true }, options);
    const data = new Float32Array(stacked.data.length);
    for (const [view, gradient] of viewGrads.entries()) data.set(gradient.data, view * length);
    return { values: [loss], gradients: { views: floatTensor(stacked.shape, data) } };
  },
  reference:
    (_, { mean: kind, logitScale }) =>
    ({ views }) => [definition(views, kind, logitScale)],
};

function definition(rows: Rows, kind: PolyViewMean, scale: number): number {
  const numSamples = rows.length / NUM_VIEWS;
  const others = (row: number) =>
    rows.filter((_, other) => other !== row && other % numSamples === row % numSamples);
  const means = rows.map((row, at) => row.map((_, d) => mean(others(at).map((other) => other[d] ?? NaN))));
  return mean(
    rows.map((anchor, row) => {
      const candidates = kind === 'statistics' ? means : rows;
      const negatives = candidates
        .filter((_, other) => other % numSamples !== row % numSamples)
        .map((other) => scale * dot(anchor, other));
      const all = logSumExp(negatives);
      const positives = kind === 'statistics' ? [means[row]] : others(row);
      const logs = positives.map((positive) => {
        const logit = scale * dot(anchor, positive);
        return logit - logSumExp([logit, all]);
      });
      return kind === 'arithmetic' ? -Math.log(mean(logs.map(Math.exp))) : -mean(logs);
    }),
  );
}
