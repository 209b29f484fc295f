import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { crossEntropy, dot, mean, rowsOf } from '../float64-rows.ts';
import { mixNegatives } from '../mix-negatives.ts';
import { askedFor } from '../host-rows.ts';
import { seedOf, unitRows } from '../seeded-rows.ts';

/** How far f32 may be off where it orders similarities. */
const SLACK = 1e-5;

export const mixedNegatives: Recipe<
  'x' | 'y',
  { readonly hardest: number; readonly pairs: number; readonly own: number; readonly logitScale: number }
> = {
  id: 'mixed-negatives',
  title: 'Hard negatives, mixed',
  idea:
    'One call lists the hardest negatives of each row. A second one has mixtures of them as further negatives of that row alone: ' +
    'harder than any that the batch has. Mixtures have no gradient.',
  formula: 'mean −log (exp z⁺ / (Σⱼ exp zⱼ + Σ exp z of the mixtures)), mixtures α a + (1 − α) b of length 1',
  source: 'Kalantidis et al., “Hard Negative Mixing for Contrastive Learning” (2020), MoCHi',
  link: 'https://arxiv.org/abs/2010.01028',
  call: `const { hardest } = await lab.contrastive({ loss: 'info-nce', x, y, hardest: 16 });
const hardNegatives = mixNegatives({ x, y, hardest, pairs: 8, own: 4, seed: step }); // [N, 12, D], each of length 1
const { loss, xGrad, yGrad } = await lab.contrastive({ loss: 'info-nce', x, y, hardNegatives, gradients: ['x', 'y'] });`,
  params: {
    hardest: { about: 'negatives of each row to mix from', initial: 16, least: 1, most: 128, whole: true },
    pairs: { about: 'mixtures of two of a row’s negatives', initial: 8, least: 1, most: 64, whole: true },
    own: {
      about: 'mixtures of the row itself with a negative, which weighs more',
      ...{ initial: 4, least: 0, most: 64, whole: true },
    },
    logitScale: LOGIT_SCALE,
  },
  inputs: (seed, size) => ({ x: unitRows(seedOf(seed, 1), size), y: unitRows(seedOf(seed, 2), size) }),
  async run(lab, { x, y }, { hardest: listed, pairs, own, logitScale }, options) {
    const args = { loss: 'info-nce', x, y, logitScale } as const;
    const { hardest } = await lab.contrastive({ ...args, hardest: listed }, options);
    if (hardest === undefined) throw new RangeError('hardest negatives were asked for');
    const hardNegatives = mixNegatives({ x, y, hardest, pairs, own });
    const { loss, xGrad, yGrad } = await lab.contrastive(
      { ...args, hardNegatives, gradients: ['x', 'y'] },
      options,
    );
    return {
      values: [loss],
      gradients: { x: askedFor(xGrad), y: askedFor(yGrad) },
      choices: { hardest: hardest.indices, mixtures: hardNegatives.data },
    };
  },
  reference({ x, y }, { hardest, pairs, own, logitScale }, choices) {
    const numMixtures = pairs + own;
    const width = x[0]?.length ?? 1;
    const listed = Array.from(choices['hardest'] ?? []);
    const mixtures = rowsOf({ shape: [x.length, width], data: Float32Array.from(choices['mixtures'] ?? []) });
    const isRight = x.every((row, i) => {
      const similar = y.map((other) => dot(row, other));
      const wanted = similar.filter((_, j) => j !== i).sort((a, b) => b - a);
      return listed
        .slice(i * hardest, (i + 1) * hardest)
        .every((column, at) =>
          at < wanted.length
            ? column !== i && Math.abs((similar[column] ?? NaN) - (wanted[at] ?? NaN)) < SLACK
            : column >= y.length,
        );
    });
    if (!isRight || mixtures.length !== x.length * numMixtures) return () => [NaN];
    return (rows) => [
      mean(
        rows.x.map((row, i) => {
          const others = [...rows.y, ...mixtures.slice(i * numMixtures, (i + 1) * numMixtures)];
          return crossEntropy(
            others.map((other) => logitScale * dot(row, other)),
            i,
          );
        }),
      ),
    ];
  },
};
