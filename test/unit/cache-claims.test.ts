/** Published figures of cache methods: they name methods as these are, and stand beside the rows that they are about. */
import { describe, expect, test } from 'vitest';
import { CACHE_CLAIMS, claimsBeside } from '../../src/operations/kv-cache/claims.ts';
import { cacheProblem } from '../../src/operations/kv-cache/fill-problem.ts';
import type { CacheStudy, CacheStudyRow } from '../../src/operations/kv-cache/study.ts';

const row = (
  id: string,
  params: Record<string, number>,
  more: Partial<CacheStudyRow> = {},
): CacheStudyRow => ({
  ...{ id, label: id, hasOtherFormats: false, bytesPerToken: 64, keptTokens: 8, encodeMs: 1, appendMs: 1 },
  params: cacheProblem({ headDim: 128, method: id, params }).params,
  ...{ outputRelL2: 0.1, logitMaxAbs: 0.2, kl: 0.03, sameTop: 0.75, kernelRelL2: 1e-6 },
  ...{ ms: 2, timeOverExact: 0.5, workspaceBytes: 0 },
  ...more,
});

const study = (...rows: CacheStudyRow[]): CacheStudy => ({
  rows,
  run: {
    ...{ operation: 'kv-cache', variant: 'split', queries: 1, coverage: 'all 1 rows', wallMs: 1 },
    exact: { bytesPerToken: 512, ms: 4 },
  },
});

describe('claims', () => {
  test.each(CACHE_CLAIMS)('$method.id: its method takes its parameters', ({ method: { id, params } }) => {
    expect(cacheProblem({ headDim: 128, method: id, params }).method).toBe(id);
  });

  test('bytes are held against f16, time against f32', () => {
    expect(claimsBeside(study(row('kivi-2', {}))).map(({ measured }) => measured)).toEqual([
      'f16 takes 4.00 × its bytes; 2.00 × as fast as f32; KL 0.030, same top key 75 %',
    ]);
  });

  test('only rows with the parameters of a figure stand beside it', () => {
    const about = (...rows: CacheStudyRow[]) => claimsBeside(study(...rows)).map(({ label }) => label);
    expect(about(row('h2o', { budget: 0.3 }), row('exact', {}))).toEqual([]);
    expect(about(row('h2o', { budget: 0.3 }), row('h2o', { budget: 0.2 }, { label: 'a fifth' }))).toEqual([
      'a fifth',
    ]);
    expect(about(row('turbo-4', { seed: 7 }))).toEqual(['turbo-4']);
    expect(about(row('turbo-4', {}, { hasOtherFormats: true }))).toEqual([]);
  });

  test('a wrong kernel has no time', () => {
    const [claim] = claimsBeside(study(row('gear', {}, { ms: null, timeOverExact: null })));
    expect(claim?.measured).toContain('no time');
  });
});
