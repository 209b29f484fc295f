import type { FloatTensor } from '../../../core/tensor.ts';
import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { dot, softplus, type Rows } from '../float64-rows.ts';
import { seedOf, unitRows } from '../seeded-rows.ts';

export const rowsToLearn: Recipe<
  'learnerX' | 'learnerY' | 'referenceX' | 'referenceY',
  { readonly logitScale: number }
> = {
  id: 'rows-to-learn',
  title: 'Which rows to learn from',
  idea:
    'A row is worth learning from where a learner still loses more than a reference model does. Both losses are taken over a batch several ' +
    'times as large as the one to learn from. JEST draws that in several rounds, each beside what was drawn before, which is not built here.',
  formula: 'score of row i = siglip loss of the learner − siglip loss of the reference model',
  source: 'Evans et al., “Data curation via joint example selection” (2024), JEST',
  link: 'https://arxiv.org/abs/2406.17711',
  call: `const learner = await lab.contrastive({ loss: 'siglip', ...ofLearner, reduction: 'none' });
const reference = await lab.contrastive({ loss: 'siglip', ...ofReference, reduction: 'none' });
const scores = learner.loss.data.map((loss, row) => loss - reference.loss.data[row]);`,
  params: { logitScale: LOGIT_SCALE },
  inputs: (seed, size) => ({
    learnerX: unitRows(seedOf(seed, 1), size),
    learnerY: unitRows(seedOf(seed, 2), size),
    referenceX: unitRows(seedOf(seed, 3), size),
    referenceY: unitRows(seedOf(seed, 4), size),
  }),
  async run(lab, { learnerX, learnerY, referenceX, referenceY }, { logitScale }, options) {
    const lossesOf = async (x: FloatTensor, y: FloatTensor) => {
      const args = { loss: 'siglip', x, y, logitScale, reduction: 'none' } as const;
      return (await lab.contrastive(args, options)).loss.data;
    };
    const learner = await lossesOf(learnerX, learnerY);
    const reference = await lossesOf(referenceX, referenceY);
    return { values: learner.map((loss, row) => loss - (reference[row] ?? NaN)), gradients: {} };
  },
  reference:
    (_, { logitScale }) =>
    ({ learnerX, learnerY, referenceX, referenceY }) => {
      const learner = siglip(learnerX, learnerY, logitScale);
      const reference = siglip(referenceX, referenceY, logitScale);
      return learner.map((loss, row) => loss - (reference[row] ?? NaN));
    },
};

const siglip = (x: Rows, y: Rows, scale: number): number[] =>
  x.map((row, i) =>
    y.reduce((sum, column, j) => sum + softplus((i === j ? -scale : scale) * dot(row, column)), 0),
  );
