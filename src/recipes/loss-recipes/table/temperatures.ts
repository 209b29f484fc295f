import { floatTensor } from '../../../core/tensor.ts';
import type { Recipe } from '../recipe.ts';
import { dot, logSumExp } from '../float64-rows.ts';
import { askedFor } from '../host-rows.ts';
import { seedOf, unitRows } from '../seeded-rows.ts';
import { uniformStream } from '../../../core/random.ts';

export const temperatures: Recipe<'x' | 'y' | 'tau', { readonly rho: number }> = {
  id: 'temperatures',
  title: 'A temperature for each row',
  idea:
    'Each row learns a temperature τ of its own: rows whose meaning is common want a high one, rare ones a low one. τ is the weight of the row ' +
    'in dcl, so that one call gives both gradients. Keep τ above a least value when it has moved.',
  formula: 'τᵢ (log mean exp((s⁻ − s⁺) / τᵢ) + ρ) for each row i, the mean over its negatives',
  source: 'Qiu et al., “Not All Semantics are Created Equal” (2023), iSogCLR',
  link: 'https://arxiv.org/abs/2305.11965',
  call: `const logitScale = tau.map((own) => 1 / own);
const { loss, xGrad, yGrad, logitScaleGrad } = await lab.contrastive({
  ...{ loss: 'dcl', x, y, normalize: true, logitScale, rowWeights: tau },
  ...{ reduction: 'none', gradients: ['x', 'y', 'logitScale'] },
});
// Both are weighted: loss[i] / tau[i] is that of row i, and dloss / dtau = loss / tau + tau · (−1 / tau²) · logitScaleGrad / tau.
const tauGrad = tau.map((own, i) => (loss.data[i] - logitScaleGrad.data[i] / own) / own - Math.log(n) + rho);`,
  params: { rho: { about: 'what holds temperatures up', initial: 0.3, least: 0, most: 10 } },
  inputs(seed, size) {
    const uniform = uniformStream(seedOf(seed, 3));
    return {
      x: unitRows(seedOf(seed, 1), size),
      y: unitRows(seedOf(seed, 2), size),
      tau: floatTensor(
        [size, 1],
        Float32Array.from({ length: size }, () => 0.1 + 0.5 * uniform()),
      ),
    };
  },
  async run(lab, { x, y, tau: { shape, data: tau } }, { rho }, options) {
    const numNegatives = tau.length - 1;
    const rest = rho - Math.log(numNegatives);
    const { loss, xGrad, yGrad, logitScaleGrad } = await lab.contrastive(
      {
        ...{ loss: 'dcl', x, y, logitScale: tau.map((own) => 1 / own), rowWeights: tau },
        ...{ reduction: 'none', gradients: ['x', 'y', 'logitScale'] },
      },
      options,
    );
    const tauGrad = tau.map(
      (own, i) => ((loss.data[i] ?? NaN) - (logitScaleGrad?.data[i] ?? NaN) / own) / own + rest,
    );
    return {
      values: tau.map((own, i) => (loss.data[i] ?? NaN) + own * rest),
      gradients: { x: askedFor(xGrad), y: askedFor(yGrad), tau: floatTensor(shape, tauGrad) },
    };
  },
  reference:
    (_, { rho }) =>
    ({ x, y, tau }) =>
      x.map((row, i) => {
        const own = tau[i]?.[0] ?? NaN;
        const positive = dot(row, y[i]);
        const gaps = y.filter((_, j) => j !== i).map((other) => (dot(row, other) - positive) / own);
        return own * (logSumExp(gaps) - Math.log(gaps.length) + rho);
      }),
};
