import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { filteredLoss } from '../filtered-negatives.ts';
import { dot, logSumExp, mean } from '../float64-rows.ts';
import { rowsAbout, seedOf, unitRows } from '../seeded-rows.ts';

/** The surrogate model is narrower. */
const SURROGATE_DIM = 16;

export const filtered: Recipe<
  'x' | 'y' | 'surrogateX' | 'surrogateY',
  { readonly margin: number; readonly logitScale: number }
> = {
  id: 'filtered',
  title: 'Negatives that a second model filters',
  idea:
    'Batches of neighbours hold many positives that nobody labelled. Columns that a second model, which does not learn, finds at least ' +
    'as similar as the positive are no negatives.',
  formula:
    'mean −log (exp z⁺ / Σⱼ exp zⱼ), j without those of ⟨uᵢ, vⱼ⟩ ≥ ⟨uᵢ, vᵢ⟩ + margin, u and v of the second model',
  source: 'Morris and Rush, “Contextual Document Embeddings” (2024), equation 4, where the margin is 0',
  link: 'https://arxiv.org/abs/2410.02525',
  call: `const { loss, xGrad, yGrad, leftOut, calls } = await filteredLoss(lab, { x, y, surrogate: { x: fixedX, y: fixedY }, margin: 0 });`,
  params: {
    margin: { about: 'how much more similar than the positive', initial: 0, least: -2, most: 2 },
    logitScale: LOGIT_SCALE,
  },
  inputs(seed, size) {
    const surrogateX = unitRows(seedOf(seed, 3), size, SURROGATE_DIM);
    return {
      x: unitRows(seedOf(seed, 1), size),
      y: unitRows(seedOf(seed, 2), size),
      surrogateX,
      surrogateY: rowsAbout(surrogateX, { seed: seedOf(seed, 4), spread: 1.2, numRows: size }),
    };
  },
  async run(lab, { x, y, surrogateX, surrogateY }, params, options) {
    const surrogate = { x: surrogateX, y: surrogateY };
    const found = await filteredLoss(lab, { x, y, surrogate, ...params }, options);
    return { values: [found.loss], gradients: { x: found.xGrad, y: found.yGrad } };
  },
  reference({ surrogateX, surrogateY }, { margin, logitScale }) {
    const kept = surrogateX.map((row, i) => {
      const limit = dot(row, surrogateY[i]) + margin;
      return surrogateY.map((other, j) => j === i || dot(row, other) < limit);
    });
    return ({ x, y }) => [
      mean(
        x.map((row, i) => {
          const logits = y.map((other) => logitScale * dot(row, other));
          return logSumExp(logits.filter((_, j) => kept[i]?.[j] === true)) - (logits[i] ?? NaN);
        }),
      ),
    ];
  },
};
