import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../bench/html.ts';
import { paintFor } from '../../bench/paint.ts';
import { benchPlan } from '../../bench/plans.ts';
import { renderReport } from '../../bench/table.ts';
import type { Result } from '../../src/measure/report.ts';
import { sweepsOf, sweepTable, withoutSweeps } from '../../src/measure/sweep.ts';
import { sampleAttention, sampleDevice, sampleReport } from '../support/sample-report.ts';

const [sample] = sampleAttention();
if (!sample?.time) throw new Error('the sample has results');
const { time } = sample;

/** The sample as a tile of a sweep. */
const tile = (blockM: number, blockN: number, medianMs: number): Result => ({
  ...sample,
  variant: 'flash',
  label: `flash ${blockM} × ${blockN}`,
  params: { blockM, blockN },
  sweep: true,
  time: { ...time, medianMs },
});
const refused: Result = {
  ...tile(16, 16, 1),
  status: 'unsupported',
  reason: 'too large',
  time: undefined,
};
const tiles = [tile(8, 8, 4), tile(8, 16, 2), tile(16, 8, 8), refused];

describe('sweeps', () => {
  test('ask for every tile of variants that have tiles, in a case of their own', () => {
    const { cases } = benchPlan(
      { operations: ['attention'], quick: false, sizes: [64], variants: ['naive', 'flash'], sweep: true },
      sampleDevice,
    );
    expect(cases).toHaveLength(1);
    const labels = cases[0]?.entries?.map(({ label }) => label);
    expect(labels).toHaveLength(25);
    expect(labels).toContain('flash 32 × 64');
  });

  test('are told from other results, and know their fastest tile', () => {
    const results = [...sampleAttention(), ...tiles];
    expect(withoutSweeps(results)).toEqual(sampleAttention());
    const [sweep, ...others] = sweepsOf(results);
    expect(others).toEqual([]);
    expect(sweep?.cells.map(({ share }) => share)).toEqual([0.5, 1, 0.25, undefined]);
  });

  test('make a table: rows down, columns across, and why there is no time', () => {
    const [sweep] = sweepsOf(tiles);
    expect(sweep && sweepTable(sweep)).toEqual({
      across: [8, 16],
      rows: [
        { down: 8, words: ['4 ms', '2 ms'] },
        { down: 16, words: ['8 ms', 'not supported'] },
      ],
    });
  });

  test('are a heat map and a table in the report, and stay out of the ranking', () => {
    const report = sampleReport({ results: tiles });
    const { document } = parseHTML(renderHtml(report));
    expect(document.querySelectorAll('svg[role=img]')).toHaveLength(1);
    expect(document.querySelector('svg[role=img]')?.getAttribute('aria-description')).toMatch(
      /Fastest: 8 × 16, 2 ms/,
    );
    const words = [...document.querySelectorAll('main td')].map((cell) => cell.textContent.trim());
    expect(words).toEqual(['4 ms', '2 ms', '8 ms', 'not supported']);
    expect(renderReport(report, paintFor({}, {}))).toMatch(/16 │ 8 ms │ not supported/);
  });
});
