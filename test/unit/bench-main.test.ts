import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoWebGPUError } from '../../bench/errors.ts';
import { main } from '../../bench/main.ts';
import { AbortError } from '../../src/core/errors.ts';
import type { MeasurePlan } from '../../src/measure/measure-plan.ts';
import { parseReport, type Report } from '../../src/measure/report.ts';
import { sampleAttention, sampleReport, wrong } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const good = sampleReport({ results: sampleAttention() });

const root = temporaryFolder();
let folder: string;
let plans: MeasurePlan[];
let closed: number;
const json = () => path.join(folder, 'report.json');

beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'run-'));
  plans = [];
  closed = 0;
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The command line on a device that answers with this report: a real one cannot be made to be wrong. */
function run(answer: Report | Error, ...args: string[]): Promise<number> {
  const open = () => {
    if (answer instanceof NoWebGPUError) return Promise.reject(answer);
    return Promise.resolve({
      device: answer instanceof Error ? good.device : answer.device,
      tuned: { entries: [], notes: [] },
      measure: (plan: MeasurePlan) => {
        plans.push(plan);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      tune: () => Promise.reject(new Error('not asked for')),
      close: () => {
        closed++;
        return Promise.resolve();
      },
    });
  };
  return main([...args, '--json', json()], { browser: () => Promise.resolve(open) });
}

function baselineFile(report: Report): string {
  const file = path.join(folder, 'baseline.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
}

/** Ten times as fast. */
function faster(report: Report): Report {
  const results = report.results.map((result) => {
    const { time } = result;
    if (!time) return result;
    const [medianMs, lowMs, highMs] = [time.medianMs / 10, time.lowMs / 10, time.highMs / 10];
    return { ...result, time: { ...time, medianMs, lowMs, highMs } };
  });
  return { ...report, results };
}

describe('exit codes', () => {
  it('0: all correct, though some are out of memory; the report is written and the device given back', async () => {
    expect(await run(good)).toBe(0);
    expect(parseReport(JSON.parse(readFileSync(json(), 'utf8')))).toEqual(good);
    // Before the cases, a run of none tells what a report begins with.
    expect(plans.map(({ cases }) => cases.length > 0)).toEqual([false, true]);
    expect(closed).toBe(1);
  });

  it('1: a wrong or failed result, and the report is written all the same', async () => {
    const [first, ...rest] = good.results;
    if (!first) throw new Error('the sample has results');
    expect(await run({ ...good, results: [wrong(first), ...rest] })).toBe(1);
    expect(existsSync(json())).toBe(true);
    expect(await run({ ...good, results: [{ ...first, status: 'failed' }, ...rest] })).toBe(1);
  });

  it('1: slower than the baseline, where that is to fail', async () => {
    const baseline = baselineFile(faster(good));
    expect(await run(good, '--baseline', baseline)).toBe(0);
    expect(await run(good, '--baseline', baseline, '--fail-on', 'slower')).toBe(1);
    expect(await run(good, '--baseline', baselineFile(good), '--fail-on', 'slower')).toBe(0);
  });

  it('1: a gate that found nothing to compare', async () => {
    const baseline = baselineFile({ ...good, results: [] });
    expect(await run(good, '--baseline', baseline, '--fail-on', 'slower')).toBe(1);
  });

  it('1: a run that broke, and the device is given back', async () => {
    expect(await run(new Error('the page crashed'))).toBe(1);
    expect(closed).toBe(1);
    expect(existsSync(json())).toBe(false);
  });

  it('2: bad usage, before anything is opened', async () => {
    expect(await run(good, '--variants', 'fast')).toBe(2);
    expect(await run(good, '--html', folder)).toBe(2);
    expect(await run(good, '--html', json())).toBe(2);
    expect(await run(good, '--baseline', path.join(folder, 'none.json'))).toBe(2);
    expect(closed).toBe(0);
  });

  it('2: options that do not suit the usual sizes of the device, before anything is measured', async () => {
    expect(await run(good, '--key-lengths', '200')).toBe(2);
    expect(plans).toEqual([]);
    expect(closed).toBe(1);
  });

  it('2: a baseline from another device, before anything is measured', async () => {
    const other = { ...good, device: { ...good.device, vendor: 'other' } };
    expect(await run(good, '--baseline', baselineFile(other))).toBe(2);
    expect(plans).toEqual([]);
    expect(closed).toBe(1);
  });

  it('3: no WebGPU', async () => {
    expect(await run(new NoWebGPUError('no adapter'))).toBe(3);
  });

  it('130: stopped by Ctrl-C, nothing written', async () => {
    expect(await run(new AbortError())).toBe(130);
    expect(existsSync(json())).toBe(false);
  });

  it('0: help', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await main(['--help'], { browser: () => Promise.reject(new Error('not for help')) })).toBe(0);
  });
});
