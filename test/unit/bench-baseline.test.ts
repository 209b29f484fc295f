import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareWithBaseline, isSlower, readBaseline, requireSameDevice } from '../../bench/baseline.ts';
import { renderComparison } from '../../bench/comparison-table.ts';
import { UsageError } from '../../bench/errors.ts';
import { paintFor } from '../../bench/paint.ts';
import type { Report, Result } from '../../src/measure/report.ts';
import { outOfMemory, sampleReport } from '../support/sample-report.ts';

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
    new Set(compareWithBaseline(now.results, before).changes.map(({ comparison }) => comparison.verdict));

  it('pairs correct results by operation, variant and problem', () => {
    const { changes, lost } = compareWithBaseline(before.results, before);
    expect(changes).toHaveLength(11);
    expect(lost).toEqual([]);
  });

  it('does not care for the order of fields or results', () => {
    const shuffled = before.results
      .map((result) => ({ ...result, problem: Object.fromEntries(Object.entries(result.problem).reverse()) }))
      .reverse();
    expect(compareWithBaseline(shuffled, before).changes).toHaveLength(11);
  });

  it('lets intervals decide', () => {
    expect(verdicts(scaled(before, 2))).toEqual(new Set(['slower']));
    expect(verdicts(scaled(before, 0.5))).toEqual(new Set(['faster']));
    expect(verdicts(scaled(before, 1.04))).toEqual(new Set(['cannot tell']));
  });

  it('fails on slower, and on what no longer runs', () => {
    expect(isSlower(compareWithBaseline(before.results, before))).toBe(false);
    expect(isSlower(compareWithBaseline(scaled(before, 2).results, before))).toBe(true);
    const [first, ...rest] = before.results;
    if (!first) throw new Error('the sample has results');
    const stopped = [outOfMemory(first, 'scores', 8, 4), ...rest];
    const comparison = compareWithBaseline(stopped, before);
    expect(comparison.lost).toHaveLength(1);
    expect(isSlower(comparison)).toBe(true);
  });

  it('shows what is slower in words', () => {
    const now = scaled(before, 2);
    const text = renderComparison(compareWithBaseline(now.results, before), now, before, plain);
    expect(text).toMatch(/attention · 1024 tokens, 1 head, headDim 64, dense · flash +│ +114 ms │ 2× slower/);
  });

  it('says so when nothing is in common, or the software is another', () => {
    const none = compareWithBaseline([], before);
    expect(renderComparison(none, before, before, plain)).toMatch(/no result in common/);
    const now = sampleReport({ environment: { ...before.environment, userAgent: 'Other/2' } });
    const text = renderComparison(compareWithBaseline(now.results, before), now, before, plain);
    expect(text).toContain('other host: was Made By Hand/1.0, is Other/2');
  });

  it('suspects the machine when the yardstick has moved', () => {
    const same = compareWithBaseline(before.results, before);
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

describe('reading a baseline', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tilewise-'));
  const file = (name: string, text: string) => {
    const at = path.join(folder, name);
    writeFileSync(at, text);
    return at;
  };

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
