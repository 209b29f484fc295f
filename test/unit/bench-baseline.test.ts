import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readBaseline, requireSameDevice } from '../../bench/baseline.ts';
import { compareCommand } from '../../bench/compare.ts';
import { renderComparison } from '../../bench/comparison-table.ts';
import { UsageError } from '../../bench/errors.ts';
import { paintFor } from '../../bench/paint.ts';
import '../../src/operations/index.ts';
import { changeWords, compareReports, isSlower } from '../../src/measure/compare.ts';
import type { Report, Result } from '../../src/measure/report.ts';
import { outOfMemory, sampleAttention, sampleReport, wrong } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const plain = paintFor({}, {});

/** Every time of a report, multiplied. */
function scaled(report: Report, factor: number): Report {
  const scale = (result: Result): Result =>
    result.time
      ? {
          ...result,
          time: {
            ...result.time,
            medianMs: result.time.medianMs * factor,
            lowMs: result.time.lowMs * factor,
            highMs: result.time.highMs * factor,
          },
        }
      : result;
  return { ...report, results: report.results.map(scale) };
}

describe('comparison with a baseline', () => {
  const before = sampleReport();
  const verdicts = (now: Report) =>
    new Set(compareReports(now.results, before).changes.map(({ comparison }) => comparison.verdict));

  it('pairs correct results by operation, variant and problem', () => {
    const { changes, lost } = compareReports(before.results, before);
    expect(changes).toHaveLength(11);
    expect(lost).toEqual([]);
  });

  it('does not care for the order of fields or results', () => {
    const shuffled = before.results
      .map((result) => ({ ...result, problem: Object.fromEntries(Object.entries(result.problem).reverse()) }))
      .reverse();
    expect(compareReports(shuffled, before).changes).toHaveLength(11);
  });

  it('names parameters that are not as they were', () => {
    const now = {
      ...before,
      results: before.results.map((result) => ({ ...result, params: { blockN: 16 } })),
    };
    const [change] = compareReports(now.results, before).changes;
    if (!change) throw new Error('both have the same results');
    expect(changeWords(change)).toBe('blockN 16, was none');
    expect(renderComparison(compareReports(now.results, before), now, before, plain)).toContain('was none');
    expect(changeWords({ result: change.result, earlier: change.result })).toBe('');
  });

  it('tells that edited code is not as it was, though its files are the same', () => {
    const [shipped] = before.results;
    if (!shipped) throw new Error('the sample has results');
    const result = { ...shipped, edited: ['lib/tile.wesl'], editedHash: '00ff' };
    const words = (earlier: Partial<Result>) => changeWords({ result, earlier: { ...result, ...earlier } });
    expect(words({})).toBe('');
    expect(words({ editedHash: '00fe' })).toBe('other text of lib/tile.wesl');
    expect(words({ editedHash: undefined })).toBe('');
    expect(words({ edited: undefined, editedHash: undefined })).toBe('code lib/tile.wesl, was as shipped');
  });

  it('lets intervals decide', () => {
    expect(verdicts(scaled(before, 2))).toEqual(new Set(['slower']));
    expect(verdicts(scaled(before, 0.5))).toEqual(new Set(['faster']));
    expect(verdicts(scaled(before, 1.04))).toEqual(new Set(['cannot tell']));
  });

  it('fails on slower, and on what no longer runs', () => {
    expect(isSlower(compareReports(before.results, before))).toBe(false);
    expect(isSlower(compareReports(scaled(before, 2).results, before))).toBe(true);
    const [first, ...rest] = before.results;
    if (!first) throw new Error('the sample has results');
    const stopped = [outOfMemory(first, 'scores', 8, 4), ...rest];
    const comparison = compareReports(stopped, before);
    expect(comparison.lost).toHaveLength(1);
    expect(isSlower(comparison)).toBe(true);
  });

  it('shows what is slower in words', () => {
    const now = scaled(before, 2);
    const text = renderComparison(compareReports(now.results, before), now, before, plain);
    expect(text).toMatch(/attention · 1024 tokens, 1 head, headDim 64, dense · flash +│ +114 ms │ 2× slower/);
  });

  it.each([60, 80])('fits a terminal of %i columns', (width) => {
    const modified = (report: Report): Report => ({
      ...report,
      results: report.results.map((result) => ({
        ...result,
        variant: `${result.variant}${'-long'.repeat(9)}`,
      })),
    });
    const now = modified(
      scaled(sampleReport({ environment: { ...before.environment, userAgent: 'Other/2 '.repeat(20) } }), 2),
    );
    const text = renderComparison(
      compareReports(now.results, modified(before)),
      now,
      modified(before),
      plain,
      width,
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(text).toMatch(/2× slower/);
  });

  it('says so when nothing is in common, or the software is another', () => {
    const none = compareReports([], before);
    expect(renderComparison(none, before, before, plain)).toMatch(/no result in common/);
    const now = sampleReport({ environment: { ...before.environment, userAgent: 'Other/2' } });
    const text = renderComparison(compareReports(now.results, before), now, before, plain);
    expect(text).toContain('other host: was Made By Hand/1.0, is Other/2');
  });

  it('suspects the machine when the yardstick has moved', () => {
    const same = compareReports(before.results, before);
    expect(renderComparison(same, before, before, plain)).not.toMatch(/careful/);
    const now = sampleReport({ matmul: { size: 512, gflops: 2.75, params: {} } });
    expect(renderComparison(same, now, before, plain)).toMatch(/careful: plain matmul runs at 0.5×/);
  });

  it('refuses another device, naming both', () => {
    const other = { ...before.device, architecture: 'ampere' };
    expect(() => requireSameDevice(before.device, before)).not.toThrow();
    expect(() => requireSameDevice(other, before)).toThrow(UsageError);
    expect(() => requireSameDevice(other, before)).toThrow(/handmade.*ampere/);
  });
});

const folder = temporaryFolder();
const file = (name: string, text: string) => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};

describe('bench compare', () => {
  const good = sampleReport({ results: sampleAttention() });
  const [first, ...rest] = good.results;
  if (!first) throw new Error('the sample has results');
  const code = (before: Report, after: Report, ...options: string[]) => {
    const print = vi.spyOn(console, 'log').mockReturnValue();
    try {
      const files = [before, after].map((report, index) => file(`${index}.json`, JSON.stringify(report)));
      return compareCommand([...files, ...options]);
    } finally {
      print.mockRestore();
    }
  };

  it('0: as fast or faster; 1: slower, wrong, or nothing in common', () => {
    expect(code(good, good)).toBe(0);
    expect(code(good, scaled(good, 0.5))).toBe(0);
    expect(code(good, scaled(good, 2))).toBe(1);
    expect(code(good, { ...good, results: [wrong(first), ...rest] })).toBe(1);
    expect(code(good, { ...good, results: [] })).toBe(1);
  });

  it('slower is accepted up to what is allowed', () => {
    expect(code(good, scaled(good, 1.2), '--allow-slower', '30')).toBe(0);
    expect(code(good, scaled(good, 1.5), '--allow-slower', '30')).toBe(1);
  });

  it('tells bad usage: files, devices, numbers', () => {
    const other = { ...good, device: { ...good.device, architecture: 'ampere' } };
    expect(() => code(good, other)).toThrow(/another device.*handmade.*ampere/);
    expect(() => compareCommand(['none.json', 'none.json'])).toThrow(UsageError);
    expect(() => compareCommand(['none.json'])).toThrow(/missing required argument 'after'/);
    expect(() => code(good, good, '--allow-slower', '-1')).toThrow(/Expected a number of percent/);
  });

  it('lists what only one of the reports has', () => {
    const { added, missing } = compareReports(good.results, { results: rest });
    expect([added, missing]).toEqual([[first], []]);
    expect(compareReports(rest, good).missing).toEqual([first]);
  });
});

describe('reading a baseline', () => {
  it('reads a report', () => {
    expect(readBaseline(file('good.json', JSON.stringify(sampleReport())))).toEqual(sampleReport());
  });

  it.each([
    ['missing', () => path.join(folder, 'none.json'), /no such file/],
    ['not JSON', () => file('text.json', 'hello'), /JSON/],
    ['another JSON', () => file('other.json', '{"schema":"x"}'), /not a Tilewise report/],
  ])('refuses one that is %s', (_, make, message) => {
    const at = make();
    expect(() => readBaseline(at)).toThrow(UsageError);
    expect(() => readBaseline(at)).toThrow(message);
  });
});
