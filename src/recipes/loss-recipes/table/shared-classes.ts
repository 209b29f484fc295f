import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { dot, logSumExp, mean, type Rows } from '../float64-rows.ts';
import { added, askedFor } from '../host-rows.ts';
import { seedOf, unitRows } from '../seeded-rows.ts';

/** Some classes have rows in one of the two tensors alone. */
const classOfRow = (row: number): number => (row * row) % 11;
const classOfColumn = (column: number): number => column % 9;

const classes = (count: number, classOf: (at: number) => number): number[] =>
  Array.from({ length: count }, (_, at) => classOf(at));

export const sharedClasses: Recipe<'x' | 'y', { readonly logitScale: number }> = {
  id: 'shared-classes',
  title: 'Positives across two tensors',
  idea:
    'With classes, each row of x has as many positives in y as its class has rows there, and each row of y likewise in x: ' +
    'two directions, two calls, whose losses and gradients add up.',
  formula: 'meanᵢ (log Σⱼ exp zᵢⱼ − mean of zᵢⱼ over the class of i) + the same with x and y exchanged',
  source: 'Yang et al., “Unified Contrastive Learning in Image-Text-Label Space” (2022), UniCL',
  link: 'https://arxiv.org/abs/2204.03610',
  call: `const rows = await lab.contrastive({ loss: 'sup-con', x, y, labels, columnLabels, gradients: ['x', 'y'] });
const columns = await lab.contrastive({ loss: 'sup-con', x: y, y: x, labels: columnLabels, columnLabels: labels, gradients: ['x', 'y'] });`,
  params: { logitScale: LOGIT_SCALE },
  inputs: (seed, size) => ({
    x: unitRows(seedOf(seed, 1), size),
    y: unitRows(seedOf(seed, 2), size + Math.ceil(size / 4)),
  }),
  async run(lab, { x, y }, { logitScale }, options) {
    const labels = classes(x.shape[0] ?? 0, classOfRow);
    const columnLabels = classes(y.shape[0] ?? 0, classOfColumn);
    const common = { loss: 'sup-con', logitScale, gradients: ['x', 'y'] } as const;
    const rows = await lab.contrastive({ ...common, x, y, labels, columnLabels }, options);
    const columns = await lab.contrastive(
      { ...common, x: y, y: x, labels: columnLabels, columnLabels: labels },
      options,
    );
    return {
      values: [rows.loss + columns.loss],
      gradients: {
        x: added([askedFor(rows.xGrad), askedFor(columns.yGrad)]),
        y: added([askedFor(rows.yGrad), askedFor(columns.xGrad)]),
      },
    };
  },
  reference:
    (_, { logitScale }) =>
    ({ x, y }) => {
      const [own, other] = [classes(x.length, classOfRow), classes(y.length, classOfColumn)];
      return [direction(x, own, y, other, logitScale) + direction(y, other, x, own, logitScale)];
    },
};

/** Rows without positives add 0. */
function direction(rows: Rows, of: number[], columns: Rows, classOf: number[], scale: number): number {
  return mean(
    rows.map((row, i) => {
      const logits = columns.map((column) => scale * dot(row, column));
      const positives = logits.filter((_, j) => classOf[j] === of[i]);
      return positives.length === 0 ? 0 : logSumExp(logits) - mean(positives);
    }),
  );
}
