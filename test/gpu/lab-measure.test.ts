import { describe, expect, test } from 'vitest';
import { attention, contrastive, parseReport, presets } from '../../src/index.ts';
import type { Result } from '../../src/measure/report.ts';
import { useLab } from '../support/lab.ts';
import { usualVariants } from '../support/usual-variants.ts';

const lab = useLab();

describe('measure', () => {
  test('gives a valid report: correct first, then times with intervals and verdicts', async () => {
    const results: string[] = [];
    const checked: string[] = [];
    const nameOf = ({ operation, variant }: Result) => `${operation} ${variant}`;
    const report = await lab().measure(
      {
        budgetMs: 200,
        cases: [
          { operation: 'attention', problem: { numHeads: 2, seqLenQ: 64, headDim: 16 } },
          { operation: 'contrastive', problem: { numRows: 64, embedDim: 16 } },
        ],
      },
      {
        onProgress: (told) => {
          if (told.checked) {
            expect([told.checked.status, told.checked.time]).toEqual(['ok', undefined]);
            checked.push(nameOf(told.checked));
          }
          if (told.result) {
            // Each kernel of a case is checked before the first one is timed.
            expect(checked).toContain(nameOf(told.result));
            results.push(nameOf(told.result));
          }
        },
      },
    );
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(new Set(report.results.map(({ status }) => status))).toEqual(new Set(['ok']));
    expect(results).toHaveLength(usualVariants(attention).length + usualVariants(contrastive).length);
    expect(results).toEqual(report.results.map(nameOf));
    expect(checked).toEqual(results);
    for (const { time, error, percentOfMatmul } of report.results) {
      expect(error?.relL2).toBeLessThanOrEqual(error?.bound ?? 0);
      expect(time?.samples).toBeGreaterThanOrEqual(3);
      expect(time?.lowMs).toBeLessThanOrEqual(time?.medianMs ?? 0);
      expect(time?.highMs).toBeGreaterThanOrEqual(time?.medianMs ?? Infinity);
      expect(percentOfMatmul).toBeGreaterThan(0);
    }
    // 64 tokens of 2 heads in tiles of at most 64.
    const [naive, twoPass, flash] = report.results;
    expect(naive?.tiles).toBeUndefined();
    expect(twoPass?.tiles?.visited).toBe(2 * (flash?.tiles?.visited ?? NaN));
    expect(flash?.tiles?.visited).toBe(flash?.tiles?.total);
    expect(report.results[0]?.versusBaseline).toBeUndefined();
    expect(report.results[2]?.versusBaseline?.verdict).toMatch(/faster|slower|same|cannot tell/);
  });

  test('a preset is compared with float64, a modifier of one’s own with naive', async () => {
    const shape = { seqLenQ: 64, headDim: 8 } as const;
    const report = await lab().measure({
      matmul: false,
      budgetMs: 1,
      minSamples: 1,
      cases: [
        {
          operation: 'attention',
          problem: { ...shape, ...presets.causal.modifiers({}) },
          variants: ['flash'],
        },
        {
          operation: 'attention',
          problem: { ...shape, maskMod: 'return kv <= q;' },
          variants: ['naive', 'flash'],
        },
      ],
    });
    const [preset, , own] = report.results;
    expect(preset).toMatchObject({ status: 'ok', error: { coverage: 'all 64 rows' } });
    expect(preset?.tiles?.visited).toBeLessThan(preset?.tiles?.total ?? NaN);
    expect(own).toMatchObject({ status: 'ok', error: { bound: 2e-5 } });
    expect(own?.error?.coverage).toMatch(/naive in f32.*maskMod/);
    expect(own?.versusBaseline).toBeDefined();
  });

  test('a variant that cannot be had is a result with its reason', async () => {
    const report = await lab().measure({
      matmul: false,
      budgetMs: 1,
      minSamples: 1,
      cases: [
        {
          operation: 'attention',
          problem: { seqLenQ: 40000, seqLenKV: 40000, headDim: 1 },
          variants: ['naive'],
        },
        {
          operation: 'attention',
          problem: { seqLenQ: 16, headDim: 8 },
          variants: ['flash'],
          params: { flash: { blockM: 7 } },
        },
      ],
    });
    const [wall, odd] = report.results;
    expect(wall).toMatchObject({
      status: 'out-of-memory',
      memory: { buffer: 'scores', bytesAsked: 4 * 40000 ** 2 },
    });
    expect(odd).toMatchObject({ status: 'unsupported' });
    expect(odd?.reason).toContain('divide');
  });
});
