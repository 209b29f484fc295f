import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import {
  f32,
  read,
  readWrite,
  u32,
  withSources,
  type Binding,
  type Pass,
  type Plan,
  type ShaderSources,
} from '../../src/core/plan.ts';
import { declarationsOf } from '../../src/gpu/declarations.ts';
import { inspect } from '../../src/gpu/inspect.ts';
import { linkShader } from '../../src/gpu/link.ts';
import { matchPass } from '../../src/gpu/match.ts';
import { Runner } from '../../src/gpu/runner.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import { deviceProfile } from '../support/device-profile.ts';
import { openNullDevice } from '../support/dawn.ts';

const ROOT = 'matmul/tiled.wesl';
const LIB = 'lib/load/plain.wesl';
const DEVICE = deviceProfile(2 ** 14, 32);

/** One pass: left and right from a and b, product to product; uniforms num_rows and num_cols. */
const PLAN = bind(matmul, { size: 8 }, DEVICE)
  .variant('tiled', { blockM: 4, blockN: 4, rows: 1, cols: 1 })
  .plan();

const changed = (change: (pass: Pass) => Partial<Pass>): Plan => ({
  ...PLAN,
  passes: PLAN.passes.map((pass) => ({ ...pass, ...change(pass) })),
});
const withBindings = (...bindings: Binding[][]): Plan => changed(() => ({ bindings: bindings.flat() }));

/** The shipped text with one place changed. */
function edited(file: string, from: string, to: string): ShaderSources {
  const text = SHADER_SOURCES[file] ?? '';
  expect(text).toContain(from);
  return { [file]: text.replace(from, to) };
}

/** Where a text stands in a shader's file. */
const lineOf = (text: string, file = ROOT, sources: ShaderSources = SHADER_SOURCES) =>
  (sources[file] ?? '').split('\n').findIndex((line) => line.includes(text)) + 1;

const faultsOf = async (plan: Plan) =>
  (await inspect(await openNullDevice(), plan)).errors.map(({ file, line, detail }) => ({
    file: file.replace('shaders/', ''),
    line,
    detail,
  }));

const operands = read({ left: 'a', right: 'b' });

describe('buffers are bound by name', () => {
  test('in any order, to the numbers that the shader gives them', async () => {
    const [pass] = withBindings(readWrite('product'), read({ right: 'b' }), read({ left: 'a' })).passes;
    if (pass === undefined) throw new Error('the plan has a pass');
    const { buffers, faults } = matchPass(pass, declarationsOf(await linkShader(pass)), PLAN.buffers);
    expect(faults).toEqual([]);
    expect(Object.fromEntries(buffers.map(({ binding, name }) => [name, binding]))).toEqual({
      a: 1,
      b: 2,
      product: 3,
    });
  });

  test('a variable without a buffer is an error at its line', async () => {
    expect(await faultsOf(withBindings(operands))).toEqual([
      {
        file: ROOT,
        line: lineOf('> product:'),
        detail: 'no buffer is bound to product: matmul has left, right',
      },
    ]);
  });

  test('a buffer without a variable is one at the entry point, unless the shader need not have it', async () => {
    const extra = read({ middle: 'a' });
    const plan = (more: readonly Binding[]) => withBindings(operands, readWrite('product'), [...more]);
    expect(await faultsOf(plan(extra))).toEqual([
      {
        file: ROOT,
        line: lineOf('fn main('),
        detail: 'matmul binds middle, which the shader does not declare',
      },
    ]);
    expect(await faultsOf(plan(extra.map((binding) => ({ ...binding, optional: true }))))).toEqual([]);
  });

  test.each([
    [readWrite({ left: 'a' }), 'left is declared for read, but bound for read-write'],
    [read({ left: 'a' }), 'product is declared for read-write, but bound for read'],
  ])('access that does not fit is one at the variable (%#)', async (left, detail) => {
    const product = detail.startsWith('product') ? read('product') : readWrite('product');
    const [file, text] = detail.startsWith('product') ? [ROOT, '> product:'] : [LIB, '> left:'];
    const plan = withBindings(left, read({ right: 'b' }), product);
    expect(await faultsOf(plan)).toEqual([{ file, line: lineOf(text, file), detail }]);
  });

  test('elements of another type than the buffer’s are one, whichever of the two is f16', async () => {
    const halves: Plan = {
      ...PLAN,
      buffers: PLAN.buffers.map((one) => (one.name === 'a' ? { ...one, dtype: 'f16' } : one)),
    };
    const place = { file: LIB, line: lineOf('> left:', LIB) };
    expect(await faultsOf(halves)).toEqual([{ ...place, detail: 'left is made of f32, but a of f16' }]);
    const shader = changed(({ conditions }) => ({ conditions: { ...conditions, F16: true } }));
    expect(await faultsOf(shader)).toContainEqual({
      ...place,
      detail: 'left is made of f16, but a of f32',
    });
  });

  test('two variables with one number, or none that can be read, are errors at the second', async () => {
    const twice = edited(ROOT, '@binding(3)', '@binding(2)');
    expect(await faultsOf(withSources(PLAN, twice))).toContainEqual(
      // The compiler sees only that one entry point uses both.
      expect.objectContaining({ file: LIB, detail: 'right has binding 2, as product has' }),
    );
    const computed = edited(ROOT, '@binding(3)', '@binding(1 + 2)');
    expect(await faultsOf(withSources(PLAN, computed))).toContainEqual({
      file: ROOT,
      line: lineOf('> product:'),
      detail: 'the binding of product must be written as a number',
    });
  });

  test('textures and second uniform buffers are errors, too', async () => {
    const more = '@group(0) @binding(7) var noise: texture_2d<f32>;\n@compute';
    const faults = await faultsOf(withSources(PLAN, edited(ROOT, '@compute', more)));
    expect(faults[0]?.detail).toMatch(/^nothing is bound to noise/);
  });

  test('a name that linking changed is still the author’s', async () => {
    const taken = edited(ROOT, '@compute', 'fn left() {}\n@compute');
    const plan = withSources(PLAN, taken);
    expect((await inspect(await openNullDevice(), plan)).passes[0]?.wgsl).toContain('left0');
    expect(await faultsOf(plan)).toEqual([]);
  });

  test('an edit may leave a buffer without use', async () => {
    const unused = edited(ROOT, 'dot_tile(local_index, rows, cols)', 'array<f32, ROWS * COLS>()');
    expect(await faultsOf(withSources(PLAN, unused))).toEqual([]);
  });
});

describe('uniforms are placed by name', () => {
  const uniformsOf = async (plan: Plan) => {
    const [pass] = plan.passes;
    if (pass === undefined) throw new Error('the plan has a pass');
    const { uniforms, faults } = matchPass(pass, declarationsOf(await linkShader(pass)), plan.buffers);
    expect(faults).toEqual([]);
    return Object.fromEntries(uniforms.map(({ offset, value }) => [offset, value]));
  };
  const UNIFORMS = [f32('unknown', 1), u32('num_cols', 5), u32('num_rows', 7)];

  test('in any order, in the shader’s; others are left out', async () => {
    expect(await uniformsOf(changed(() => ({ uniforms: UNIFORMS })))).toEqual({ 0: 7, 4: 5 });
  });

  test('an edited struct moves them', async () => {
    const plan = changed(() => ({ uniforms: UNIFORMS }));
    const moved = edited(ROOT, '  num_rows: u32, // rows of A\n', '');
    const text = (moved[ROOT] ?? '').replace(
      'num_cols: u32, // rows of B',
      'num_cols: u32,\n  @size(8) unknown: f32, @align(16) /* : f32, */ num_rows: u32',
    );
    expect(await uniformsOf(withSources(plan, { [ROOT]: text }))).toEqual({ 0: 5, 4: 1, 16: 7 });
  });

  test.each([
    ['num_rows: u32, //', 'num_rows: u32, bias: f32, //', 'matmul has no uniform bias'],
    ['num_rows: u32, //', 'num_rows: f32, //', 'num_rows is of type f32, but matmul gives u32'],
    [
      'num_rows: u32, //',
      'num_rows: vec2u, //',
      'num_rows is of type vec2u, but uniforms are of type u32, i32 or f32',
    ],
    [
      'num_rows: u32, //',
      '@size(512) bound: u32, num_rows: u32, //',
      'num_rows lies beyond the 256 bytes that a pass has for uniforms',
    ],
  ])('%s → %s: an error at the member', async (from, to, detail) => {
    const sources = edited(ROOT, from, to);
    const faults = await faultsOf(withSources(PLAN, sources));
    expect(faults).toContainEqual({ file: ROOT, line: lineOf(to.slice(-16), ROOT, sources), detail });
  });
});

test('the runner refuses what does not fit, with the place', async () => {
  const device = await openNullDevice();
  const buffers = Object.fromEntries(
    PLAN.buffers.map(({ name, bytes: size }) => [
      name,
      device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }),
    ]),
  );
  const runner = new Runner(device);
  await expect(runner.prepare(withBindings(operands), buffers)).rejects.toMatchObject({
    name: 'ShaderError',
    file: `shaders/${ROOT}`,
    line: lineOf('> product:'),
  });
  const twice = withSources(PLAN, edited(ROOT, '@binding(3)', '@binding(2)'));
  await expect(runner.prepare(twice, buffers)).rejects.toMatchObject({ name: 'ShaderError' });
  (await runner.prepare(PLAN, buffers)).destroy();
});

test('buffers of options that the family offers are left out where a pass has no use for them', async () => {
  const problem = attentionProblem({ seqLenQ: 8, headDim: 4, biasShape: [8, 8], sinks: true });
  const plan = bind(attention, problem, DEVICE).variant('naive').plan();
  const bound = await Promise.all(
    plan.passes.map(async (pass) => {
      const { buffers, faults } = matchPass(pass, declarationsOf(await linkShader(pass)), plan.buffers);
      expect(faults).toEqual([]);
      return buffers.map(({ name }) => name);
    }),
  );
  expect(bound.map((names) => [names.includes('bias'), names.includes('options')])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
});
