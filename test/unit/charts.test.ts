import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { families, problemFamily, problemSize, problemTitle } from '../../src/measure/describe.ts';
import { figures } from '../../src/measure/figures.ts';
import type { Result } from '../../src/measure/report.ts';
import { nextSorting, sorted, type Sorting } from '../../src/ui/report/sorting.ts';
import { memoryChart, throughputChart, timeChart, type Chart } from '../../src/ui/report/charts.ts';
import {
  binaryTicks,
  decimalTicks,
  linearTicks,
  logDomain,
  sizeTicks,
} from '../../src/ui/report/charts/axes.ts';
import { seriesStyles } from '../../src/ui/shell/series-styles.ts';
import { sampleAttention, sampleContrastive, sampleReport } from '../support/sample-report.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const options = { document, width: 360 };

const words = (chart: Chart) => [...chart.querySelectorAll('text')].map((text) => text.textContent).join(' ');
const marks = (chart: Chart, kind: string) =>
  [...chart.querySelectorAll(`g[aria-label="${kind}"]`)].flatMap((group) => [
    ...group.querySelectorAll('path'),
  ]);

describe('time chart', () => {
  const chart = timeChart(sampleAttention(), options);

  it('is a picture that says what it shows', () => {
    const svg = chart.querySelector('svg[role="img"]');
    expect(svg?.getAttribute('aria-label')).toMatch(/time/);
    expect(svg?.getAttribute('aria-description')).toBe(
      'attention: naive, two-pass, flash at 1024, 4096, 16384 tokens. Out of memory: naive at 16384.',
    );
    expect(svg?.getAttribute('width')).toBe('360');
  });

  it('draws a line a variant, a mark a point, and a legend', () => {
    expect(marks(chart, 'line')).toHaveLength(3);
    expect(marks(chart, 'dot')).toHaveLength(8);
    expect(chart.textContent).toContain('two-pass');
  });

  it('puts units on its axes', () => {
    expect(words(chart)).toMatch(/100 ms.*10 s/);
    expect(words(chart)).toMatch(/length of the keys, tokens/);
  });

  it('marks the memory wall with the variant that met it', () => {
    expect(words(chart)).toContain('memory wall: naive');
  });

  it('crosses out a wrong result and joins no line to it', () => {
    const wrongs = timeChart(sampleContrastive(), options);
    expect(words(wrongs)).toContain('WRONG: tiled');
    const titles = [...wrongs.querySelectorAll('title')].map((title) => title.textContent);
    expect(titles.some((title) => title.startsWith('tiled, 1024 rows'))).toBe(false);
    expect(titles.some((title) => title.startsWith('tiled, 256 rows'))).toBe(true);
  });

  it('shows a failed result that has no time', () => {
    const failed = sampleAttention().map((result): Result => {
      const { time, ...rest } = result;
      return result.variant === 'flash' ? { ...rest, status: 'failed' } : result;
    });
    expect(words(timeChart(failed, options))).toContain('FAILED: flash');
  });

  it('draws a single size, and nothing at all', () => {
    const single = sampleAttention().filter((result) => problemSize(result) === 1024);
    expect(marks(timeChart(single, options), 'dot')).toHaveLength(3);
    expect(timeChart([], options).querySelector('svg')).toBeDefined();
    for (const chartOf of [timeChart, memoryChart, throughputChart]) {
      expect(chartOf(sampleAttention(), options).outerHTML).not.toContain('NaN');
      expect(chartOf([], options).outerHTML).not.toContain('NaN');
    }
  });
});

describe('memory chart', () => {
  it('shows the limit, no workspace as none, and the bytes asked as a hollow mark', () => {
    const chart = memoryChart(sampleAttention(), { ...options, limitBytes: 2 ** 30 });
    expect(words(chart)).toContain('largest buffer here: 1 GiB');
    expect(words(chart)).toMatch(/none.*KiB.*MiB/);
    const titles = [...chart.querySelectorAll('title')].map((title) => title.textContent);
    expect(titles).toContain(
      'naive, 16384 tokens, 1 head, headDim 64, dense: scores asks for 1 GiB; the limit is 1 GiB − 4 B',
    );
    expect(titles).toContain('flash, 1024 tokens, 1 head, headDim 64, dense: no workspace');
  });
});

describe('lines that coincide', () => {
  it('stay visible: those below are wider', () => {
    const results = sampleAttention().map((result) => ({ ...result, workspaceBytes: 4096 }));
    const chart = memoryChart(results, options);
    const widths = [...chart.querySelectorAll('g[aria-label="line"]')].map((line) =>
      line.getAttribute('stroke-width'),
    );
    expect(widths).toEqual(['8', '5', '2']);
    const apart = [...timeChart(sampleAttention(), options).querySelectorAll('g[aria-label="line"]')];
    expect(apart.map((line) => line.getAttribute('stroke-width'))).toEqual(['2', '2', '2']);
  });
});

describe('sorting', () => {
  it('is by a figure in both directions, then as given; what has no figure comes last', () => {
    const [naive, twoPass, flash] = sampleAttention();
    if (!naive || !twoPass || !flash) throw new Error('the sample has three variants');
    const { time: _, ...untimed } = twoPass;
    const given = [naive, untimed, flash];
    const ascending = nextSorting(undefined, 'time');
    const descending = nextSorting(ascending, 'time');
    const by = (sorting: Sorting | undefined) =>
      sorted(given, figures(), sorting).map(({ variant }) => variant);
    const fast = (naive.time?.medianMs ?? 0) < (flash.time?.medianMs ?? 0) ? 'naive' : 'flash';
    const slow = fast === 'naive' ? 'flash' : 'naive';
    expect([by(ascending), by(descending)]).toEqual([
      [fast, slow, 'two-pass'],
      [slow, fast, 'two-pass'],
    ]);
    expect(by(nextSorting(descending, 'time'))).toEqual(['naive', 'two-pass', 'flash']);
  });
});

describe('throughput chart', () => {
  it('shows the yardstick', () => {
    const { matmul, results } = sampleReport();
    const chart = throughputChart(results.slice(0, 9), { ...options, ...(matmul ? { matmul } : {}) });
    expect(words(chart)).toContain('best matmul here: 5.5 GFLOP/s');
  });
});

describe('series', () => {
  it('differ in more than colour, and keep their looks whatever else is drawn', () => {
    const styles = [...seriesStyles(Array.from({ length: 16 }, (_, index) => `v${index}`)).values()];
    expect(new Set(styles.map(({ color, symbol }) => `${color} ${symbol}`)).size).toBe(16);
    expect(new Set(styles.slice(0, 8).map(({ symbol }) => symbol)).size).toBe(8);
    const variants = ['naive', 'two-pass', 'flash'];
    const alone = timeChart(
      sampleAttention().filter(({ variant }) => variant === 'flash'),
      { ...options, variants },
    );
    expect(alone.outerHTML).toContain('var(--chart-3');
    expect(alone.outerHTML).not.toContain('var(--chart-1');
  });
});

describe('axes', () => {
  it('choose round ticks inside the domain', () => {
    expect(decimalTicks([0.9, 120])).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(decimalTicks([0.001, 1e5])).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000, 100000]);
    expect(binaryTicks([1000, 70000])).toEqual([1024, 2048, 4096, 8192, 16384, 32768, 65536]);
    expect(linearTicks(6.9)).toEqual([0, 2, 4, 6]);
  });

  it('thin size labels that would touch, keeping the largest', () => {
    const sizes = [128, 256, 512, 1024, 2048, 4096, 8192, 16384];
    const kept = sizeTicks(sizes, logDomain(sizes), 150);
    expect(kept.at(-1)).toBe(16384);
    expect(kept.length).toBeLessThan(sizes.length);
    expect(sizeTicks(sizes, logDomain(sizes), 800)).toEqual(sizes);
  });
});

describe('words for problems', () => {
  it('group what differs in size alone', () => {
    expect(families(sampleReport().results).map(({ operation, title }) => `${operation} ${title}`)).toEqual([
      'attention 1 head, headDim 64, dense',
      'contrastive clip, embedDim 256, gradients x y logitScale',
    ]);
  });

  it('name what is not usual', () => {
    const attention = {
      operation: 'attention',
      problem: {
        batch: 2,
        numHeads: 8,
        numKVHeads: 2,
        seqLenQ: 1,
        seqLenKV: 4096,
        headDim: 64,
        headDimV: 128,
        causal: 'bottom-right',
      },
    };
    expect(problemTitle(attention)).toBe(
      '1 query × 4096 keys, batch 2, 8 heads on 2 KV, headDim 64, headDimV 128, causal',
    );
    const options = { window: [128, 0], softcap: 30, sinks: true, alibi: false, biasShape: [1, 8, 1, 4096] };
    expect(problemFamily({ ...attention, problem: { ...attention.problem, batch: 1, ...options } })).toMatch(
      /causal, window 128 0, softcap 30, sinks, bias by head × key$/,
    );
    const modified = attentionProblem({
      seqLenQ: 8,
      ...presets.softcap.modifiers({ cap: 30 }),
      maskMod: `return kv <= q\n  && kv % 2u == 0u; // ${'and so on '.repeat(20)}`,
    });
    expect(problemFamily({ operation: 'attention', problem: { ...modified } })).toBe(
      '1 head, headDim 64, dense, scoreMod softcap {"cap":30}, ' +
        'maskMod return kv <= q && kv % 2u == 0u; // and so on and so on and…',
    );
    const loss = { numRows: 8, numCols: 16, embedDim: 4, loss: 'info-nce', gradients: [], reduction: 'sum' };
    expect(problemTitle({ operation: 'contrastive', problem: loss })).toBe(
      '8 × 16 rows, info-nce, embedDim 4, loss alone, reduction sum',
    );
    expect(problemFamily({ operation: 'contrastive', problem: loss })).not.toContain('16 rows');
  });
});
