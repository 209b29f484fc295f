import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { dot, mean, softplus } from '../float64-rows.ts';
import { askedFor } from '../host-rows.ts';
import { seedOf, unitRows } from '../seeded-rows.ts';

/** Labels that a row has room for; every third row has one less. */
const SLOTS = 3;
const NO_LABEL = -100;

const labelsOf = (row: number, count: number): number[] =>
  Array.from({ length: SLOTS }, (_, slot) =>
    slot === SLOTS - 1 && row % 3 === 0 ? NO_LABEL : (5 * row + slot) % count,
  );

export const multiLabel: Recipe<
  'hidden' | 'vocabulary',
  { readonly logitScale: number; readonly logitBias: number }
> = {
  id: 'multi-label',
  title: 'Several labels of each row',
  idea:
    'Classification in place of contrast: each row says yes or no to every row of a vocabulary, and may have several labels, or none. ' +
    'Logits are never stored.',
  formula: 'meanᵢ Σⱼ −log σ(±zᵢⱼ), + where j is among the labels of row i',
  source: 'Nam et al., “Large-scale Multi-label Text Classification” (2014)',
  link: 'https://arxiv.org/abs/1312.5419',
  call: `const labels = { shape: [N, 3], data }; // ignoreIndex fills the places of rows with fewer labels
const { loss, xGrad, yGrad } = await lab.contrastive({
  ...{ loss: 'bce', x: hidden, y: vocabulary, labels, ignoreIndex: -100, logitScale, logitBias },
  gradients: ['x', 'y'],
});`,
  params: {
    logitScale: LOGIT_SCALE,
    logitBias: { about: 'added to every logit', initial: -5, least: -100, most: 100 },
  },
  inputs: (seed, size) => ({
    hidden: unitRows(seedOf(seed, 1), size),
    vocabulary: unitRows(seedOf(seed, 2), 2 * size + SLOTS),
  }),
  async run(lab, { hidden: x, vocabulary: y }, params, options) {
    const [[numRows = 0], [count = 0]] = [x.shape, y.shape];
    const labels = {
      shape: [numRows, SLOTS],
      data: Array.from({ length: numRows }, (_, row) => labelsOf(row, count)).flat(),
    };
    const { loss, xGrad, yGrad } = await lab.contrastive(
      { loss: 'bce', x, y, labels, ignoreIndex: NO_LABEL, ...params, gradients: ['x', 'y'] },
      options,
    );
    return {
      values: [loss],
      gradients: { hidden: askedFor(xGrad), vocabulary: askedFor(yGrad) },
    };
  },
  reference:
    (_, { logitScale, logitBias }) =>
    ({ hidden, vocabulary }) => [
      mean(
        hidden.map((row, i) => {
          const own = labelsOf(i, vocabulary.length);
          return vocabulary.reduce((sum, word, j) => {
            const logit = logitScale * dot(row, word) + logitBias;
            return sum + softplus(own.includes(j) ? -logit : logit);
          }, 0);
        }),
      ),
    ],
};
