import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { keptFrom } from '../../bench/compiled/from-lab.ts';
import { compiledPage, keptFiles, PAGE } from '../../bench/compiled/page.ts';
import { UsageError } from '../../bench/errors.ts';
import { boundWords, compiledGroups, registerWords, waveWords } from '../../src/measure/compiled-kernels.ts';

const about = { version: '1.2', date: '2026-01-31' };
const costs = (fma: number, matrix: number, issue: number) => ({ fma, matrix, limits: { issue, LDS: 10 } });
const row = (name: string, variant: string, model?: object) => ({
  ...{ case: name, variant, pass: 'a pass', params: { blockM: 64 } },
  ...{ registers: 180, spilled: 2, lds: 1024, occupancy: 4.52, instructions: 300, model },
});
const report = (rows: object[]) =>
  JSON.stringify([{ gpu: 'm1', title: 'Apple M1, Mesa Honeykrisp', driver: 'agx', rows }]);

test('passes with products are kept, by variant and problem', () => {
  const dense = { ...costs(40, 0, 100), bound: 0.4, limit: 'issue', loops: [costs(40, 0, 90)] };
  const text = report([
    row('fwd 8h 4096 d64', 'flash', dense),
    row('fwd 8h 4096 d64', 'chunked'),
    row('a case that nobody keeps', 'flash', dense),
    { case: 'fwd 8h 4096 d64', variant: 'matrix', params: {}, pass: '', failed: 'no matrix units' },
  ]);
  const kept = keptFrom('a.json', text, about).get('m1');
  expect(kept).toMatchObject({ gpu: 'Apple M1', compiler: 'Mesa 1.2 Honeykrisp', date: '2026-01-31' });
  const [group, ...others] = compiledGroups(kept ? [kept] : [], 'attention', 'flash');
  expect(others).toEqual([]);
  expect(group?.title).toBe('4096 tokens, 8 heads, headDim 64, dense');
  const words = group?.rows.map((one) => [boundWords(one), registerWords(one), one.spills, waveWords(one)]);
  expect(words).toEqual([['40 % (issue)', '180 half', 2, '4.5']]);
  expect(compiledGroups(kept ? [kept] : [], 'attention', 'matrix')).toEqual([]);
});

test('each product is held to the peak of what it runs on', () => {
  const onUnits = { ...costs(800, 60, 100), bound: 0.6, limit: 'issue', loops: [costs(800, 60, 80)] };
  const mixed = {
    ...costs(850, 60, 200),
    ...{ bound: 0.3, limit: 'issue', loops: [costs(800, 60, 80), costs(90, 0, 100)] },
  };
  const text = report([row('clip 4096x512', 'matrix', onUnits), row('clip 4096x512', 'matrix', mixed)]);
  const passes = keptFrom('a.json', text, about).get('m1')?.kernels[0]?.passes;
  expect(passes?.map(boundWords)).toEqual(['60 % of matrix units (issue)', '75 % of both peaks (issue)']);
});

test.each(['{', '[{}]', '[{"gpu":"m1","title":"M1","driver":"agx","rows":[{}]}]'])('refuses %s', (text) => {
  expect(() => keptFrom('a.json', text, about)).toThrow(UsageError);
});

test('the page of the ladder is made of the kept files', async () => {
  const files = keptFiles();
  expect(files.length).toBeGreaterThanOrEqual(4);
  const page = await format(compiledPage(files), { ...(await resolveConfig(PAGE)), filepath: PAGE });
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
