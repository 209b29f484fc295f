import { describe, expect, test } from 'vitest';
import { DeviceLostError, parseReport, presets } from '../../src/index.ts';
import { useLab } from '../support/lab.ts';
import { normals } from '../../src/core/random.ts';
import type { MeasureEntry } from '../../src/measure/measure-plan.ts';
import type { Compiled, KernelArgs } from '../../src/worker/api.ts';

const lab = useLab();

const PATH = 'attention/naive_softmax.wesl';
const kernel: KernelArgs = {
  operation: 'attention',
  problem: { seqLenQ: 24, headDim: 8 },
  variant: 'naive',
};

async function shipped(path = PATH): Promise<string> {
  const files = await lab().sources(kernel);
  return files.find((file) => file.path === path)?.text ?? '';
}

/** The shipped text with one place changed. */
async function edited(from: string, to: string, path = PATH): Promise<Record<string, string>> {
  const text = await shipped(path);
  expect(text).toContain(from);
  return { [path]: text.replace(from, to) };
}

const measure = (...entries: MeasureEntry[]) =>
  lab().measure({
    matmul: false,
    budgetMs: 1,
    keepSamples: true,
    seed: 5,
    cases: [{ operation: 'attention', problem: kernel.problem, entries }],
  });

test('a kept result stands for measuring, and verdicts are about its samples', async () => {
  const [a, b] = (await measure({ variant: 'naive', label: 'A' }, { variant: 'two-pass', label: 'B' }))
    .results;
  if (!a || !b) throw new Error('two entries have two results');
  const again = await measure(
    { variant: 'naive', label: 'A', kept: a },
    { variant: 'naive', label: 'B' },
    { variant: 'two-pass', label: 'C', kept: { ...b, label: 'C', baseline: 'A' } },
  );
  const [first, second, third] = again.results;
  expect(first).toEqual({ ...a, kept: true });
  expect([second?.status, second?.kept, second?.baseline]).toEqual(['ok', undefined, 'A']);
  expect(second?.versusBaseline?.ratio).toBe((a.time?.medianMs ?? NaN) / (second?.time?.medianMs ?? NaN));
  expect(third?.versusBaseline).toEqual(b.versusBaseline);
  expect(parseReport(JSON.parse(JSON.stringify(again)))).toEqual(again);
  // Beside another baseline, a kept modifier may compute anything.
  const maskMod = 'return kv > 100u;';
  const kept = { ...b, problem: { ...b.problem, maskMod } };
  const other = await measure(
    { variant: 'naive' },
    { variant: 'two-pass', label: 'B', modifiers: { maskMod }, kept },
  );
  expect([other.results[1]?.computesOther, other.results[1]?.versusBaseline]).toEqual([true, undefined]);
});

describe('sources', () => {
  test('are what the variant is linked from: its own files, then what they share', async () => {
    const paths = (await lab().sources(kernel)).map(({ path }) => path);
    expect(paths.slice(0, 3)).toEqual([
      'attention/naive_scores.wesl',
      'attention/naive_softmax.wesl',
      'attention/naive_output.wesl',
    ]);
    expect(paths).toContain('attention/lib/params.wesl');
    // Imported under a condition that is off here.
    const flash = async (params: NonNullable<KernelArgs['params']>) =>
      (await lab().sources({ ...kernel, variant: 'flash', params })).map(({ path }) => path);
    expect(await flash({ quads: 0 })).not.toContain('lib/team.wesl');
    expect(await flash({ quads: 1 })).toContain('lib/team.wesl');
  });
});

describe('a call with edits', () => {
  const tensor = (seed: number) => ({ shape: [1, 1, 24, 8], data: normals(24 * 8, seed) });
  const args = { query: tensor(1), key: tensor(2), value: tensor(3) };

  test('runs them, and is held against float64', async () => {
    const options = { variant: 'naive', check: true };
    const right = await lab().attention(args, options);
    expect(right.run.check?.ok).toBe(true);
    const sources = await edited('/ stats.total;', '/ stats.total + 0.5;');
    const wrong = await lab().attention(args, { ...options, sources });
    expect(wrong.run.check?.ok).toBe(false);
  });

  test('and functions of one’s own is held against naive in f32', async () => {
    const { run } = await lab().attention(
      { ...args, scoreMod: 'return score - 0.1 * f32(q);' },
      { variant: 'flash', params: { blockM: 8, blockN: 8 }, check: true },
    );
    expect(run.check).toMatchObject({
      ok: true,
      coverage: expect.stringContaining('naive in f32') as unknown,
    });
  });
});

describe('compile', () => {
  test('gives each pass as it is linked, with parameters and edits in it', async () => {
    const sources = await edited('p / stats.total;', '(p / stats.total) * 0.4375;');
    const { passes, errors } = await lab().compile({ ...kernel, sources });
    expect(errors).toEqual([]);
    expect(passes).toHaveLength(3);
    const [, softmax] = passes;
    const linked = softmax?.wgsl.split('\n') ?? [];
    const edit = linked.findIndex((line) => line.includes('0.4375'));
    expect(edit).toBeGreaterThan(0);
    // Each line tells where it was written.
    const line = (await shipped()).split('\n').findIndex((text) => text.includes('p / stats.total;')) + 1;
    expect([softmax?.origins.length, softmax?.origins[edit]]).toEqual([linked.length, `${PATH}:${line}`]);
    expect((await lab().compile(kernel)).passes[1]?.wgsl).not.toContain('0.4375');
    const { params } = await lab().compile({ ...kernel, variant: 'flash', params: { blockN: 16 } });
    expect(params['blockN']).toBe(16);
  });

  test.each([
    { of: 'the compiler', to: 'p / summe;', says: /summe/ },
    { of: 'the linker’s grammar', to: 'p / / stats.total;', says: /./ },
  ])('tells a mistake of $of at its line', async ({ to, says }) => {
    const from = 'p / stats.total;';
    const text = await shipped();
    const { errors } = await lab().compile({ ...kernel, sources: await edited(from, to) });
    const line = text.slice(0, text.indexOf(from)).split('\n').length;
    expect(errors[0]).toMatchObject({ file: PATH, line });
    expect(errors[0]?.message).toMatch(says);
  });

  test('tells a loop that cannot be unrolled, an unknown condition, and a modifier, likewise', async () => {
    const flash: KernelArgs = { ...kernel, variant: 'flash' };
    const path = 'lib/row_reduce.wesl';
    const text = (await lab().sources(flash)).find((file) => file.path === path)?.text ?? '';
    const loop = /\/\* unroll \*\/ for \(var (\w+) = 0u; \1 < ROWS;/.exec(text);
    const broken = text.replace('< ROWS;', '< RAWS;');
    const unrolling = await lab().compile({ ...flash, sources: { [path]: broken } });
    const line = text.slice(0, loop?.index).split('\n').length;
    expect(unrolling.errors[0]).toMatchObject({ file: path, line });
    expect(unrolling.errors[0]?.message).toContain('RAWS');
    const unknown = await lab().compile({ ...kernel, sources: { [PATH]: `@if(SINCS) ${await shipped()}` } });
    expect(unknown.errors[0]).toMatchObject({ file: PATH, line: 1, message: 'unknown condition SINCS' });
    const modifier = await lab().compile({ ...kernel, modifiers: { scoreMod: '\nreturn score +;' } });
    expect(modifier.errors[0]).toMatchObject({ file: 'scoreMod', line: 2 });
    const unbalanced = await lab().compile({ ...kernel, modifiers: { maskMod: 'return true; }' } });
    expect(unbalanced.errors[0]).toMatchObject({ file: 'maskMod', line: 1, column: 14 });
  });
});

describe('entries', () => {
  test('one variant stands on several sides, by its label; the first is the baseline', async () => {
    const report = await measure(
      { variant: 'flash', label: 'A', params: { blockN: 8, cols: 2, blockM: 8, rows: 2 } },
      { variant: 'flash', label: 'B', params: { blockN: 16, cols: 2, blockM: 8, rows: 2 } },
      { variant: 'naive', label: 'C', modifiers: presets.causal.modifiers({}) },
    );
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.seed).toBe(5);
    expect(report.results.map(({ label, status, baseline }) => [label, status, baseline])).toEqual(
      ['A', 'B', 'C'].map((label) => [label, 'ok', 'A']),
    );
    const [a, b, c] = report.results;
    expect([a?.params['blockN'], b?.params['blockN']]).toEqual([8, 16]);
    expect([a?.versusBaseline === undefined, b?.versusBaseline === undefined]).toEqual([true, false]);
    expect(b?.time?.all).toHaveLength(b?.time?.samples ?? 0);
    // 2 × 2 scores and 2 × 2 columns of the output.
    expect(a?.accumulators).toBe(8);
    expect(c?.problem['maskMod']).toContain('preset causal');
    expect(a?.problem['maskMod']).toBeUndefined();
    // Times of different functions are not compared.
    expect([b?.computesOther, c?.computesOther]).toEqual([undefined, true]);
    expect(c?.versusBaseline).toBeUndefined();
  });

  test('another modifier that gives the same numbers has a verdict', async () => {
    const { results } = await measure(
      { variant: 'naive', label: 'A', modifiers: presets.causal.modifiers({}) },
      { variant: 'naive', label: 'B', modifiers: presets.slidingWindow.modifiers({ left: 1000, right: 0 }) },
    );
    expect(results.map(({ status, computesOther }) => [status, computesOther])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
    expect(results[1]?.versusBaseline).toBeDefined();
  });

  test('an edit runs in its own entry alone, and is wrong where it is wrong', async () => {
    const report = await measure(
      { variant: 'naive', label: 'A' },
      { variant: 'naive', label: 'B', sources: await edited('/ stats.total;', '/ stats.total + 1.0;') },
      { variant: 'naive', label: 'C', sources: await edited('/ stats.total;', '* (1.0 / stats.total);') },
      { variant: 'naive', label: 'D', sources: await edited('/ stats.total;', '/ summe;') },
    );
    const [a, b, c, d] = report.results;
    expect([a, b, c, d].map((one) => one?.status)).toEqual(['ok', 'wrong', 'ok', 'failed']);
    expect([a?.edited, c?.edited]).toEqual([undefined, [PATH]]);
    expect(b?.editedHash).toMatch(/^[\da-f]{16}$/);
    expect([a?.editedHash, b?.editedHash === c?.editedHash]).toEqual([undefined, false]);
    expect([b?.time, b?.versusBaseline]).toEqual([undefined, undefined]);
    expect(b?.errorMap).toMatchObject({ output: 'output', rows: 24, columns: 8 });
    expect(a?.errorMap).toBeUndefined();
    expect(d?.reason).toContain(`shaders/${PATH}`);
  });
});

test('a kernel that hangs is cut off when its watch ends, and the next call gets a new device', async () => {
  // Some seconds for a CPU, and beyond any driver's patience on a GPU. With a barrier, calls are counted each alone.
  const spin = `fn spin(y: u32) -> u32 { var x = y; for (var j = 0u; j < 3000u; j++) { x = x * 1664525u + 1013904223u; } return x; }`;
  const text = (await shipped()).replace('@compute', `${spin} @compute`).replace(
    'let workgroup = workgroup_index(id, count);',
    `var x = local_index; for (var i = 0u; i < 10000u; i++) { workgroupBarrier(); x = spin(x); }
       let workgroup = workgroup_index(id, count) + select(0u, 1u, x == 12345u);`,
  );
  const sources = { [PATH]: text };
  const report = lab().measure(
    {
      matmul: false,
      cases: [{ operation: 'attention', problem: kernel.problem, entries: [{ variant: 'naive', sources }] }],
    },
    { watchMs: 500 },
  );
  await expect(report).rejects.toBeInstanceOf(DeviceLostError);
  await expect(report).rejects.toMatchObject({ kind: 'hung' });
  await expect(report).rejects.toThrow('no sign of life for 0.5 s');
  expect((await compiledAtLast()).errors).toEqual([]);
});

/** A CPU adapter gives no new device before the kernel that hung has ended: asks until it does. */
async function compiledAtLast(): Promise<Compiled> {
  for (;;) {
    try {
      return await lab().compile(kernel);
    } catch (error) {
      if (!(error instanceof DeviceLostError) || error.kind !== 'not-given') throw error;
    }
  }
}
