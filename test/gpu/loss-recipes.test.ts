import { describe, expect, test } from 'vitest';
import { polyViewLoss, ticoLoss } from '../../src/index.ts';
import { rowsOf } from '../../src/recipes/loss-recipes/float64-rows.ts';
import type { RecipeParams } from '../../src/recipes/loss-recipes/recipe.ts';
import { RECIPES } from '../../src/recipes/loss-recipes/table/index.ts';
import { seedOf, unitRows } from '../../src/recipes/loss-recipes/seeded-rows.ts';
import { studyRecipe } from '../../src/recipes/loss-recipes/study.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';

const lab = useAnyLab();

/** Parameters beside the initial ones: every choice, and what moves a loss away from its easy corner. */
const OTHERS: Readonly<Record<string, readonly RecipeParams[]>> = {
  neighbours: [{ clusters: 3, batch: 10 }],
  filtered: [{ margin: -0.1 }],
  'poly-view': [{ mean: 'arithmetic' }, { mean: 'statistics' }],
  triplets: [{ margin: 0.9 }, { kind: 'angular', margin: 1.4 }],
};

const CASES = RECIPES.flatMap(({ id }) => [{}, ...(OTHERS[id] ?? [])].map((params) => ({ id, params })));

test.each(CASES)('$id $params: value and gradients are those of float64', async ({ id, params }) => {
  const study = await studyRecipe(lab(), { id, params, size: 24, rounds: 0 });
  expect(study).toMatchObject({ id, ok: true, checkedSize: 24 });
  expect(study.value).not.toBe(0);
  expect(study.cost).toBeUndefined();
});

test('a study times a recipe beside the naive variant', async () => {
  const { cost, naive, speedUp } = await studyRecipe(lab(), { id: 'modalities', size: 16, rounds: 1 });
  expect(cost?.ms.median).toBeGreaterThan(0);
  expect(naive).toMatchObject({ workspaceBytes: expect.any(Number) as number });
  expect(speedUp?.median).toBeGreaterThan(0);
  expect(await studyRecipe(lab(), { id: 'tico', size: 16, rounds: 1 })).toMatchObject({
    ...{ calls: 0, naive: 'runs on the host' },
  });
});

test.each([
  [{ id: 'poly' }, 'id'],
  [{ id: 'tico', size: 1 }, 'size'],
  [{ id: 'tico', seed: 0 }, 'seed'],
  [{ id: 'tico', rounds: -1 }, 'rounds'],
  [{ id: 'tico', params: { decay: 2 } }, 'decay'],
  [{ id: 'tico', params: { margin: 2 } }, 'margin'],
  [{ id: 'poly-view', params: { mean: 'harmonic' } }, 'mean'],
])('a study of %j is refused by name', async (args, argument) => {
  await expect(studyRecipe(lab(), args)).rejects.toMatchObject({ name: 'ShapeError', argument });
});

describe('more than two views', () => {
  const [first, second] = [1, 2].map((seed) => unitRows(seed, 5, 4));
  if (first === undefined || second === undefined) throw new Error('two views');

  test('two of them are NT-Xent, and what is wrong is named', async () => {
    const logitScale = 4;
    const x = { shape: [10, 4], data: Float32Array.from([...first.data, ...second.data]) };
    const { loss } = await lab().contrastive({ loss: 'nt-xent', x, logitScale });
    for (const kind of ['geometric', 'arithmetic'] as const) {
      expect(
        (await polyViewLoss(lab(), { views: [first, second], mean: kind, logitScale })).loss,
      ).toBeCloseTo(loss, 5);
    }
    await expect(polyViewLoss(lab(), { views: [first] })).rejects.toMatchObject({ argument: 'views' });
    await expect(polyViewLoss(lab(), { views: [first, tensor(1, 4, 4)] })).rejects.toMatchObject({
      argument: 'views[1]',
    });
  });

  test('the scale has its slope', async () => {
    for (const mean of ['geometric', 'arithmetic', 'statistics'] as const) {
      const at = (logitScale: number) =>
        polyViewLoss(lab(), { views: [first, second, first], mean, logitScale, gradients: true });
      const slope = ((await at(4.1)).loss - (await at(3.9)).loss) / 0.2;
      expect(slope).toBeCloseTo((await at(4)).logitScaleGrad ?? NaN, 3);
    }
  });
});

test('the covariance of the step before is kept in part', () => {
  const [x, y] = [unitRows(seedOf(1, 1), 7, 4), unitRows(seedOf(1, 2), 7, 4)];
  const before = ticoLoss({ x: y, y: x }).state;
  const { state } = ticoLoss({ x, y, state: before });
  const rows = rowsOf(x);
  state.data.forEach((value, at) => {
    const own = rows.reduce((sum, row) => sum + (row[Math.floor(at / 4)] ?? 0) * (row[at % 4] ?? 0), 0) / 7;
    expect(value).toBeCloseTo(0.9 * (before.data[at] ?? NaN) + 0.1 * own, 6);
  });
  expect(() => ticoLoss({ x, y, state: tensor(1, 3, 4) })).toThrow(/^state/);
});
