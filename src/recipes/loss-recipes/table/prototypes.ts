import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { crossEntropy, dot, mean } from '../float64-rows.ts';
import { askedFor } from '../host-rows.ts';
import { rowsAbout, seedOf, unitRows } from '../seeded-rows.ts';

/** The prototype of a row. */
const prototypeOf = (row: number, count: number): number => (7 * row) % count;

export const prototypes: Recipe<'x' | 'memory', { readonly logitScale: number }> = {
  id: 'prototypes',
  title: 'Prototypes beside the batch',
  idea:
    'Columns are the centres of classes and of clusters, and rows that no cluster has; the label of a row is its column. ' +
    'A centre that is a running mean gets no gradient.',
  formula: 'mean −log (exp z⁺ / Σⱼ exp zⱼ), j over centres of classes, centres of clusters and outliers',
  source: 'Ge et al., “Self-paced Contrastive Learning with Hybrid Memory” (2020), SPCL',
  link: 'https://arxiv.org/abs/2006.02713',
  call: `// memory: centres of classes, centres of clusters, and rows that no cluster has, one below the other
const { loss, xGrad } = await lab.contrastive({ loss: 'info-nce', x, y: memory, labels, gradients: ['x'] });`,
  params: { logitScale: { ...LOGIT_SCALE, initial: 20 } },
  inputs(seed, size) {
    const count = Math.max(2, Math.ceil(size / 2));
    const memory = unitRows(seedOf(seed, 1), count);
    const rowOf = (row: number) => prototypeOf(row, count);
    return { memory, x: rowsAbout(memory, { seed: seedOf(seed, 2), spread: 1.5, numRows: size, rowOf }) };
  },
  async run(lab, { x, memory }, { logitScale }, options) {
    const [count = 0] = memory.shape;
    const labels = Array.from({ length: x.shape[0] ?? 0 }, (_, row) => prototypeOf(row, count));
    const { loss, xGrad } = await lab.contrastive(
      { loss: 'info-nce', x, y: memory, labels, logitScale, gradients: ['x'] },
      options,
    );
    return { values: [loss], gradients: { x: askedFor(xGrad) } };
  },
  reference:
    (_, { logitScale }) =>
    ({ x, memory }) => [
      mean(
        x.map((row, i) =>
          crossEntropy(
            memory.map((other) => logitScale * dot(row, other)),
            prototypeOf(i, memory.length),
          ),
        ),
      ),
    ],
};
