import type { Recipe } from '../recipe.ts';
import { dot, mean } from '../float64-rows.ts';
import { rowsAbout, seedOf, unitRows } from '../seeded-rows.ts';
import { ticoLoss } from '../tico.ts';

export const tico: Recipe<'x' | 'y' | 'before', { readonly decay: number; readonly covariance: number }> = {
  id: 'tico',
  title: 'Invariance and covariance',
  idea:
    'There are no negatives: a covariance of D × D numbers, kept from step to step, stands for those of all batches. ' +
    'It is computed on the host, in float64.',
  formula: '1 − mean ⟨x, y⟩ + ρ mean xᵀ C x, C = β C₀ + (1 − β) XᵀX / N',
  source: 'Zhu et al., “TiCo: Transformation Invariance and Covariance Contrast” (2022)',
  link: 'https://arxiv.org/abs/2206.10698',
  call: `let state;
for (const { x, y } of batches) {
  const found = ticoLoss({ x, y, ...(state && { state }), decay: 0.9, covariance: 8 });
  state = found.state; // and found.loss, found.xGrad, found.yGrad
}`,
  params: {
    decay: { about: 'how much of the state before is kept', initial: 0.9, least: 0, most: 1 },
    covariance: { about: 'weight of the covariance', initial: 8, least: 0, most: 1000 },
  },
  inputs(seed, size) {
    const x = unitRows(seedOf(seed, 1), size);
    return {
      x,
      y: rowsAbout(x, { seed: seedOf(seed, 2), spread: 0.5, numRows: size }),
      before: unitRows(seedOf(seed, 3), size),
    };
  },
  run(_, { x, y, before }, params) {
    const { state } = ticoLoss({ x: before, y: before, ...params });
    const { loss, xGrad, yGrad } = ticoLoss({ x, y, state, ...params });
    return Promise.resolve({ values: [loss], gradients: { x: xGrad, y: yGrad } });
  },
  reference:
    (_, { decay, covariance }) =>
    ({ x, y, before }) => {
      // xᵀ X'ᵀX' x is the sum of the squared inner products of x with all rows of X'.
      const kept = (1 - decay) * decay;
      const forms = x.map((row) => {
        const squares = (rows: typeof x) => mean(rows.map((other) => dot(row, other) ** 2));
        return kept * squares(before) + (1 - decay) * squares(x);
      });
      return [1 - mean(x.map((row, i) => dot(row, y[i]))) + covariance * mean(forms)];
    },
};
