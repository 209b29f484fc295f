import { afterAll, expect, test } from 'vitest';
import { Lab } from '../../src/worker/lab.ts';
import { registerToy } from '../support/toy-operation.ts';

const { id, unregister } = registerToy();
afterAll(unregister);

test('a lab lists, runs and measures an operation that was put on the list', async () => {
  const lab = await Lab.open({ gpu: navigator.gpu });
  expect(lab.operations().at(-1)).toMatchObject({ id, variants: [{ id: 'naive', supported: true }] });
  const args = { numbers: { shape: [3], data: Float32Array.of(1, 2, 4) } };
  expect(await lab.call(id, args as never)).toEqual({ sum: 7 });
  const { results } = await lab.measure({
    matmul: false,
    budgetMs: 1,
    cases: [{ operation: id, problem: { count: 1000 } as never }],
  });
  expect(results).toMatchObject([{ operation: id, variant: 'naive', status: 'ok' }]);
  lab.close();
});
