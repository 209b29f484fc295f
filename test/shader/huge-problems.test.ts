import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TilewiseError } from '../../src/core/errors.ts';
import { OPERATIONS, type OperationId } from '../../src/operations/index.ts';
import type { Report } from '../../src/measure/report.ts';
import { Lab } from '../../src/worker/lab.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { nullGpu } from '../support/dawn.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open({ gpu: nullGpu });
});
afterAll(() => {
  lab.close();
});

/** Milliseconds of computing that a call takes, which may be refused by type. */
const timeOf = (call: () => Promise<unknown>): Promise<number> =>
  cpuTime(() =>
    call().catch((error: unknown) => {
      if (!(error instanceof TilewiseError)) throw error;
    }),
  );

const SIZES = [2 ** 24, 2 ** 26, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 1e300];

const PROBLEMS: Readonly<Record<OperationId, readonly ((size: number) => object)[]>> = {
  attention: [
    (seqLenQ) => ({ seqLenQ, headDim: 16 }),
    (seqLenQ) => ({ seqLenQ, headDim: 16, causal: 'bottom-right', window: [100, 0] }),
    (batch) => ({ batch, seqLenQ: 7, headDim: 16, causal: 'top-left' }),
    (numHeads) => ({ numHeads, numKVHeads: 1, seqLenQ: 7, headDim: 16, causal: 'top-left' }),
    (headDim) => ({ headDim }),
  ],
  'attention-backward': [(seqLenQ) => ({ seqLenQ, headDim: 16, causal: 'bottom-right' })],
  'shared-prefix': [
    (seqLenKV) => ({ seqLenKV, seqLenQ: 1 }),
    (batch) => ({ batch, seqLenQ: 1, seqLenKV: 64 }),
  ],
  'merge-states': [(numRows) => ({ numStates: 2, numRows, headDimV: 16 })],
  contrastive: [(size) => ({ loss: 'clip', numRows: 2, embedDim: 16 * size })],
  'late-interaction': [
    (numQueries) => ({ numQueries, loss: 'info-nce', gradients: ['query', 'document'] }),
    (documentTokens) => ({ numQueries: 2, documentTokens, embedDim: 16 }),
  ],
  retrieve: [
    (numDocuments) => ({ numDocuments, embedDim: 16 }),
    (numQueries) => ({ numQueries, numDocuments: 64, embedDim: 16, storage: 'int8' }),
    (embedDim) => ({ numQueries: 2, numDocuments: 64, embedDim }),
  ],
};

describe.each(OPERATIONS.map(({ id }) => ({ id })))('$id', ({ id }) => {
  test.each(SIZES)('of %d is planned or refused at once', async (size) => {
    for (const problem of PROBLEMS[id].map((of) => of(size))) {
      const measuring = { matmul: false, cases: [{ operation: id, problem }] };
      expect(await timeOf(() => lab.measure(measuring as never))).toBeLessThan(1000);
    }
  });
});

test('what has no room is a finding, before inputs are made', async () => {
  let report: Report | undefined;
  const ms = await cpuTime(async () => {
    report = await lab.measure({
      matmul: false,
      cases: [{ operation: 'attention', problem: { seqLenQ: 2 ** 24 }, variants: ['naive'] }],
    });
  });
  expect(ms).toBeLessThan(1000);
  expect(report?.results).toMatchObject([
    { status: 'out-of-memory', memory: { bytesAsked: 2 ** 32, bytesLimit: expect.any(Number) as number } },
  ]);
});
