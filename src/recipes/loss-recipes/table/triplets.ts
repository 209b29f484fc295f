import type { Recipe } from '../recipe.ts';
import { dot, mean, type Rows } from '../float64-rows.ts';
import { minedTriplets, TRIPLET_KINDS, type TripletKind } from '../mined-triplets.ts';
import { rowsAbout, seedOf, unitRows } from '../seeded-rows.ts';

/** How far f32 may be off where it orders similarities. */
const SLACK = 1e-5;
const NONE = 2 ** 32 - 1;

export const triplets: Recipe<'x' | 'y', { readonly kind: TripletKind; readonly margin: number }> = {
  id: 'triplets',
  title: 'Semi-hard triplets',
  idea:
    'Each row meets its positive, and the most similar negative that is no more similar than the positive. One walk finds these of every ' +
    'row, and stores no similarities. The choice has no gradient.',
  formula: 'triplet: mean max(0, margin + s⁻ − s⁺); angular: mean θ⁺² + max(0, margin − θ⁻)²',
  source: 'Schroff et al., “FaceNet” (2015); angular: Choi et al., “AMC-Loss” (2020)',
  link: 'https://arxiv.org/abs/1503.03832',
  call: `const { loss, negatives, xGrad, yGrad } = await minedTriplets(lab, { x, y, margin: 0.2 });`,
  params: {
    kind: { about: 'over similarities, or over angles', initial: 'triplet', choices: TRIPLET_KINDS },
    margin: {
      about: 'the gap to the negative: in similarity, or for angular its angle in radians',
      ...{ initial: 0.2, least: 0, most: Math.PI },
    },
  },
  inputs(seed, size) {
    const x = unitRows(seedOf(seed, 1), size);
    return { x, y: rowsAbout(x, { seed: seedOf(seed, 2), spread: 2, numRows: size }) };
  },
  async run(lab, { x, y }, params, options) {
    const { loss, negatives, xGrad, yGrad } = await minedTriplets(lab, { x, y, ...params }, options);
    return { values: [loss], gradients: { x: xGrad, y: yGrad }, choices: { negatives } };
  },
  reference({ x, y }, { kind, margin }, choices) {
    const negatives = Array.from(choices['negatives'] ?? []);
    if (!x.every((_, row) => isSemiHard(x, y, row, negatives[row] ?? NaN))) return () => [NaN];
    return (rows) => [
      mean(
        rows.x.map((row, i) => {
          const near = dot(row, rows.y[i]);
          const negative = negatives[i] ?? NONE;
          const far = negative === NONE ? undefined : dot(row, rows.y[negative]);
          if (kind === 'triplet') return far === undefined ? 0 : Math.max(0, margin + far - near);
          return Math.acos(near) ** 2 + (far === undefined ? 0 : Math.max(0, margin - Math.acos(far)) ** 2);
        }),
      ),
    ];
  },
};

/** Whether a column is the most similar one that is no more similar than the positive, as far as f32 can tell. */
function isSemiHard(x: Rows, y: Rows, row: number, negative: number): boolean {
  const similar = y.map((other) => dot(x[row], other));
  const near = similar[row] ?? NaN;
  const below = (slack: number) =>
    similar
      .filter((value, j) => j !== row && value <= near + slack)
      .reduce((a, b) => Math.max(a, b), -Infinity);
  if (negative === NONE) return below(-SLACK) === -Infinity;
  const chosen = similar[negative] ?? NaN;
  return negative !== row && chosen <= near + SLACK && chosen >= below(-SLACK) - SLACK;
}
