import { describe, expect, it } from 'vitest';
import { cellsOf, tableFigures } from '../../bench/cells.ts';
import { findings } from '../../bench/findings.ts';
import { formatComparison } from '../../src/measure/comparison-words.ts';
import { workWords } from '../../src/measure/describe.ts';
import type { Result } from '../../src/measure/report.ts';
import { paintFor } from '../../bench/paint.ts';
import { renderReport } from '../../bench/table.ts';
import {
  outOfMemory,
  sampleAttention,
  sampleContrastive,
  sampleReport,
  wrong,
} from '../support/sample-report.ts';

const plain = paintFor({ isTTY: false }, {});

function attentionResult(size: number, variant: string) {
  const found = sampleAttention().find(
    (result) => result.variant === variant && result.problem.seqLenKV === size,
  );
  if (!found) throw new Error(`no sample of ${variant} at ${size}`);
  return found;
}

describe('the table of results', () => {
  const text = renderReport(sampleReport(), plain);
  const lines = text.split('\n');

  it('names the adapter first and warns of a CPU', () => {
    expect(lines[0]).toBe('Adapter: sample handmade · Sample Adapter (made by hand)');
    expect(lines[1]).toMatch(/^Warning: .*CPU.*nothing about GPUs/);
  });

  it('does not warn on a GPU', () => {
    const device = { ...sampleReport().device, isFallbackAdapter: false };
    expect(renderReport(sampleReport({ device }), plain)).not.toMatch(/Warning/);
  });

  it('puts naive and tiled beneath each other for every size', () => {
    const variants = lines.flatMap((line) => /│ +\d* +│ (\S+) /.exec(line)?.[1] ?? []);
    expect(variants.slice(0, 9)).toEqual([
      ...['naive', 'two-pass', 'flash'],
      ...['naive', 'two-pass', 'flash'],
      ...['naive', 'two-pass', 'flash'],
    ]);
  });

  it('tells the bytes asked and the limit of an out-of-memory row, and no time', () => {
    const row = lines.find((line) => line.includes('out of memory:')) ?? '';
    expect(row).toMatch(
      /16384 +│ naive +│ out of memory: scores asks for 1 GiB, the device allows 1 GiB − 4 B/,
    );
    expect(row).not.toMatch(/faster|slower/);
  });

  it('is loud about a wrong result and shows none of its figures', () => {
    const row = lines.find((line) => line.includes('WRONG')) ?? '';
    expect(row).toMatch(/tiled +│ WRONG, not ranked: xGrad misses its bound/);
    expect(row).toContain('3.1e-1 (1.0e-5)');
    expect(row).not.toMatch(/640 ms/);
    expect(lines.at(-1)).toBe('13 results: 11 correct, 1 out of memory, 1 WRONG.');
  });

  it('colours what is bad on a terminal, unless told not to', () => {
    expect(renderReport(sampleReport(), paintFor({ isTTY: true }, {}))).toContain('\x1b[31m');
    expect(renderReport(sampleReport(), paintFor({ isTTY: true }, { NO_COLOR: '1' }))).not.toContain('\x1b[');
  });

  it('fits a narrow terminal, and keeps time, comparison, memory and error', () => {
    const narrow = renderReport(sampleReport(), plain, 80).split('\n');
    const rows = narrow.filter((line) => /^[│┌├└]/.test(line));
    expect(Math.max(...rows.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(narrow.find((line) => line.includes('flash'))).toMatch(/57.2 ms│ 11× faster .* none│ 2.0e-7/);
    expect(narrow.join('\n')).toMatch(/out of memory: scores asks for 1 [^│]*│/);
  });

  it('breaks a long reason into lines', () => {
    const [first] = sampleAttention();
    if (!first) throw new Error('the sample has results');
    const reason = 'a reason of many words '.repeat(20);
    const long = renderReport(sampleReport({ results: [{ ...first, status: 'failed', reason }] }), plain);
    expect(Math.max(...long.split('\n').map((line) => line.length))).toBeLessThanOrEqual(124);
  });

  it('renders a report without results', () => {
    expect(renderReport(sampleReport({ results: [] }), plain)).toMatch(/0 results: none\.$/);
  });
});

describe('cells', () => {
  const cells = (result: Result) => cellsOf(result, tableFigures([result]));

  it('keeps the tone of every status apart', () => {
    const result = attentionResult(1024, 'flash');
    expect(cells(result).tone).toBe('good');
    expect(cells(wrong(result)).tone).toBe('bad');
    expect(cells({ ...result, status: 'failed' }).tone).toBe('bad');
    expect(cells({ ...result, status: 'unsupported' }).tone).toBe('limit');
    expect(cells(outOfMemory(result, 'scores', 8, 4)).tone).toBe('limit');
  });

  it('gives the reason in place of figures', () => {
    const result = attentionResult(1024, 'flash');
    expect(cells({ ...result, status: 'unsupported', reason: 'needs subgroups' }).instead).toBe(
      'not supported: needs subgroups',
    );
    expect(cells({ ...result, status: 'failed', reason: 'boom' }).instead).toBe('FAILED: boom');
  });
});

describe('comparisons in words', () => {
  it.each([
    [{ ratio: 4, low: 3.5, high: 4.5, verdict: 'faster' }, '4× faster (3.5–4.5)'],
    [{ ratio: 0.5, low: 0.4, high: 0.8, verdict: 'slower' }, '2× slower (1.25–2.5)'],
    [{ ratio: 1, low: 0.99, high: 1.01, verdict: 'same' }, 'same (0.99–1.01×)'],
    [{ ratio: 1.1, low: 0.8, high: 1.5, verdict: 'cannot tell' }, 'cannot tell (0.8–1.5×)'],
  ] as const)('%j', (comparison, words) => {
    expect(formatComparison(comparison)).toBe(words);
  });
});

describe('work', () => {
  it('is told in U for each variant, beside the published one for the same result', () => {
    const [naive, tiled] = sampleContrastive();
    const results = [naive, tiled].flatMap((result, at) => (result ? [{ ...result, work: 3 + 2 * at }] : []));
    expect(workWords(results)).toMatch(
      /^Work: naive 3 U, .*5 U, Inf-CL as published 10 U\. U = 2 · N · M · D FLOP/,
    );
    expect(
      workWords(results.map((one) => ({ ...one, problem: { ...one.problem, loss: 'siglip' } }))),
    ).not.toContain('Inf-CL');
    expect(workWords(sampleAttention())).toBeUndefined();
  });
});

describe('findings', () => {
  it('tells the speed-up at the largest size naive reaches, and who passes the memory wall', () => {
    expect(findings(sampleAttention())).toEqual([
      {
        about: 'attention · 1 head, headDim 64, dense',
        text:
          'At 4096 tokens, flash is 11× faster than naive, with 0 B of workspace in place of 64 MiB. ' +
          'At 16384 tokens, naive is out of memory: scores asks for 1 GiB, the device allows 1 GiB − 4 B; ' +
          'flash runs in 14.6 s.',
      },
    ]);
  });

  it('says nothing of a wrong result', () => {
    const [finding] = findings(sampleContrastive());
    expect(finding?.text).toMatch(/^At 256 rows, tiled/);
  });
});
