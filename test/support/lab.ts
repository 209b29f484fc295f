import { afterAll, beforeAll } from 'vitest';
import { openLab, type LabClient, type Tensor } from '../../src/index.ts';
import { normals } from '../../src/core/random.ts';

/** One lab, with its worker unless another is asked for, for a test file. */
export function useLab(open: () => Promise<LabClient> = openLab): () => LabClient {
  let lab: LabClient | undefined;
  beforeAll(async () => {
    lab = await open();
  });
  afterAll(() => {
    lab?.close();
  });
  return () => {
    if (lab === undefined) throw new Error('the lab opens before the first test');
    return lab;
  };
}

/** Normally distributed numbers. */
export function tensor(seed: number, ...shape: number[]): Tensor {
  return {
    shape,
    data: normals(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  };
}

/** Query, key and value of headDim 16. */
export const attentionArgs = (seqLen: number, heads = 2) => ({
  query: tensor(1, 1, heads, seqLen, 16),
  key: tensor(2, 1, heads, seqLen, 16),
  value: tensor(3, 1, heads, seqLen, 16),
});
