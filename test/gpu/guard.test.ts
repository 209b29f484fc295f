import { describe, expect, test } from 'vitest';
import { ShaderError } from '../../src/index.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { normals } from '../../src/core/random.ts';
import type { MeasureEntry } from '../../src/measure/measure-plan.ts';
import { useAnyLab } from '../support/any-lab.ts';

const lab = useAnyLab();

const PATH = 'attention/naive_softmax.wesl';
const STEP = 'x = x * 1664525u + 1013904223u;';
const CUT_OFF = 'this loop was cut off after 262,144 turns';

/** At a line, near the loop's column. */
const cutOff = (file: string, line: number) =>
  expect.stringMatching(new RegExp(`^${file}:${line}:\\d+: ${CUT_OFF}$`)) as string;

/** The shipped text with one place changed. */
function edited(from: string, to: string): Record<string, string> {
  const text = SHADER_SOURCES[PATH] ?? '';
  expect(text).toContain(from);
  return { [PATH]: text.replace(from, to) };
}

const LAST = '@if(KEEP_STATS) row_stats[row] = stats;';
const withLoop = (loop: string) =>
  edited(LAST, `var x = row; ${loop} stats.total += 1e-30 * f32(x); ${LAST}`);

const measure = (...entries: MeasureEntry[]) =>
  lab().measure({
    matmul: false,
    budgetMs: 1,
    cases: [{ operation: 'attention', problem: { seqLenQ: 24, headDim: 8 }, entries }],
  });

describe('a loop of one’s own', () => {
  test('without an end is cut off, and all else is measured on the same device', async () => {
    const endless = withLoop(`while (x != 0u || row < 100000u) { ${STEP} }`);
    const long = withLoop(`for (var i = 0u; i < 1000u; i++) { ${STEP} }`);
    const report = await measure(
      { variant: 'naive', label: 'A' },
      { variant: 'naive', label: 'B', sources: endless },
      { variant: 'naive', label: 'C', sources: long },
    );
    expect(report.results.map(({ status }) => status)).toEqual(['ok', 'failed', 'ok']);
    const lineOf = (text = '') => text.split('\n').findIndex((line) => line.includes('while')) + 1;
    expect(report.results[1]?.reason).toEqual(cutOff(`shaders/${PATH}`, lineOf(endless[PATH])));
  });

  test.each([
    {
      that: 'a condition never leaves',
      maskMod: 'var n = q; loop { if (n == 1000000u) { break; } } return n > kv;',
    },
    {
      that: 'only a return would leave',
      maskMod: 'var n = q; loop { if (n > 1000000u) { return true; } n = kv; }',
    },
  ])('in a modifier, that $that, is cut off there', async ({ maskMod }) => {
    const [own] = (await measure({ variant: 'flash', modifiers: { maskMod } })).results;
    expect([own?.status, own?.reason]).toEqual(['failed', cutOff('maskMod', 1)]);
  });

  test('that is long only within another is cut off', async () => {
    const inner = `for (var j = 0u; j < 100000u; j++) { ${STEP} }`;
    const sources = withLoop(`for (var i = 0u; i < 100000u; i++) { ${inner} }`);
    const [own] = (await measure({ variant: 'naive', sources })).results;
    expect(own?.reason).toContain(CUT_OFF);
  });

  test('is cut off in a kernel of many buffers', async () => {
    const problem = { seqLenQ: 8, numHeads: 2, headDim: 4, biasShape: [1, 2, 8, 8], sinks: true } as const;
    const maskMod = 'var n = q; loop { if (n == 1000000u) { break; } } return n > kv;';
    const [own] = (
      await lab().measure({
        matmul: false,
        cases: [
          {
            operation: 'attention-backward',
            problem,
            entries: [{ variant: 'naive', modifiers: { maskMod } }],
          },
        ],
      })
    ).results;
    expect(own?.reason).toEqual(cutOff('maskMod', 1));
  });

  test('is cut off in a call of one’s own, with the place as an error', async () => {
    const shape = [1, 1, 24, 8] as const;
    const [query, key, value] = [1, 2, 3].map((seed) => ({ shape, data: normals(24 * 8, seed) }));
    if (!query || !key || !value) throw new Error('three tensors');
    const sources = withLoop('loop { if (x == 3u && row > 100000u) { break; } }');
    const call = lab().attention({ query, key, value }, { variant: 'naive', sources });
    await expect(call).rejects.toBeInstanceOf(ShaderError);
    await expect(call).rejects.toMatchObject({ file: `shaders/${PATH}`, detail: CUT_OFF });
    expect((await lab().attention({ query, key, value }, { variant: 'naive' })).run.variant).toBe('naive');
  });

  test('with a barrier in it is cut off, too', async () => {
    const start = 'let workgroup = workgroup_index(id, count);';
    const sources = edited(start, `loop { workgroupBarrier(); if (count.z > 1u) { break; } } ${start}`);
    const [own] = (await measure({ variant: 'naive', sources })).results;
    expect(own?.reason).toContain(CUT_OFF);
  });

  test('that ends by itself, however late, is left alone', async () => {
    const sources = withLoop('for (var i = 0u; i < 200000u; i++) { x ^= i; }');
    const [own] = (await measure({ variant: 'naive', sources })).results;
    expect(own?.status).toBe('ok');
  });
});
