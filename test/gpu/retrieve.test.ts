/** Searches as a caller makes them. */
import { expect, test } from 'vitest';
import { normals } from '../../src/core/random.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { useAnyLab } from '../support/any-lab.ts';

const lab = useAnyLab();
const PARAMS = {
  params: { blockM: 8, blockN: 8, rows: 2, cols: 2, stageDepth: 0, quads: 0, vectorWidth: 1 },
};
const query = floatTensor([3, 8], normals(24, 1));
const document = floatTensor([40, 8], normals(320, 2));

test('gives indices, scores and bytes, from tensors of the host and of the device', async () => {
  const first = await lab().retrieve({ query, document, k: 4 }, { ...PARAMS, check: true });
  expect(first.indices).toMatchObject({ shape: [3, 4], dtype: 'u32' });
  expect(first.indices.data).toBeInstanceOf(Uint32Array);
  expect(first.scores.shape).toEqual([3, 4]);
  expect(first).toMatchObject({ bytesPerRow: 32, run: { variant: 'tiled', check: { ok: true } } });
  const given = await lab().upload(document);
  const second = await lab().retrieve({ query, document: given, k: 4, storage: 'int8', rerank: 40 }, PARAMS);
  expect(second.indices.data).toEqual(first.indices.data);
  expect(second.bytesPerRow).toBe(12);
  lab().release(given);
});
