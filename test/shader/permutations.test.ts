import { describe, expect, test } from 'vitest';
import { bind, type BoundProblem } from '../../src/core/bind.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';
import { ShaderError } from '../../src/core/errors.ts';
import type { Pass, Plan } from '../../src/core/plan.ts';
import type { Params } from '../../src/core/variant.ts';
import { linkShader } from '../../src/gpu/link.ts';
import { largestNormPlan } from '../../src/gpu/largest-norm.ts';
import { matchPass } from '../../src/gpu/match.ts';
import { compileModule } from '../../src/gpu/shader-module.ts';
import { knownConditions, SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { copyPlan } from '../../src/measure/instruments/copy.ts';
import { fmaPlan } from '../../src/measure/instruments/fma.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/fill-problem.ts';
import {
  blockGradientPlan,
  deltaPlan,
  rowsPlan,
} from '../../src/operations/attention-backward/sharded/plans.ts';
import { problemAt } from '../../src/operations/attention/sharded/place.ts';
import { finishedPlan, mergedPlan } from '../../src/operations/attention/sharded/plans.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import { deviceProfile, withMatrixUnits } from '../support/device-profile.ts';
import { openNullDevice } from '../support/dawn.ts';
import { TESTED, type TestedOperation } from '../support/operations.ts';

/** Room for all options at once, whatever a device allows: the compiler does not count buffers. */
const roomy = (profile: DeviceProfile): DeviceProfile => ({
  ...profile,
  limits: { ...profile.limits, maxStorageBuffersPerShaderStage: 16 },
});

/** A narrow device, whose default tiles load by quads, and a wide one, which stages them, and has matrix units. */
const NARROW = roomy(deviceProfile(2 ** 14, 4, ['subgroups', 'shader-f16']));
const WIDE = roomy(withMatrixUnits(2 ** 15));
const DEVICES = [NARROW, WIDE] as const;

/** The smallest tiles there are: sizes change no name and no type. Loads are those that tuning may choose. */
const TILE = { blockM: 8, blockN: 8, rows: 2, cols: 2, colsV: 4 };
const LOADS: readonly Params[] = [
  { stageDepth: 0, quads: 0, vectorWidth: 1 },
  { stageDepth: 4, quads: 0, vectorWidth: 1 },
  { stageDepth: 0, quads: 1, vectorWidth: 1 },
  { stageDepth: 0, quads: 0, vectorWidth: 4 },
  { stageDepth: 8, quads: 0, vectorWidth: 4 },
  { stageDepth: 0, quads: 1, vectorWidth: 4 },
  { stageDepth: 64, quads: 1, vectorWidth: 4 },
];

const SMALL = { seqLenQ: 12, headDim: 4 };

/** What no corner asks for: other elements, gradients of everything, and functions of the user. */
const ATTENTION_EXTRAS: readonly object[] = [
  { ...SMALL, dtype: 'f16' },
  { ...SMALL, dtype: 'f16', sinks: true, maskShape: [12, 12] },
  { ...SMALL, biasShape: [1] },
  { ...SMALL, ...presets.softcap.modifiers({ cap: 0.5 }) },
  { ...SMALL, ...presets.document.modifiers({ starts: [5] }) },
  {
    ...{ ...SMALL, softcap: 3, alibi: true, sinks: true, causal: 'bottom-right', scorePrecision: 'two-term' },
    ...presets.softcap.modifiers({ cap: 0.5 }),
    ...presets.document.modifiers({ starts: [5] }),
  },
  {
    ...{ ...SMALL, softcap: 3, biasShape: [12, 12], maskShape: [12, 12], seqLensKV: [7], window: [3, 3] },
    ...presets.softcap.modifiers({ cap: 0.5 }),
    ...presets.document.modifiers({ starts: [5] }),
  },
];

/** The same by operation. */
const EXTRAS: Readonly<Record<string, readonly object[]>> = {
  attention: ATTENTION_EXTRAS,
  'attention-backward': [
    ...ATTENTION_EXTRAS,
    { ...SMALL, lseGrad: true },
    { ...SMALL, lseGrad: true, sinks: true, scorePrecision: 'two-term' },
  ],
};

/**
 * The plans of an operation's example and of what no corner asks for, in all ways to load, and of its corners, each in
 * one way, in turn: the tests of kernels compile corners again, and all ways of each would take minutes to add little.
 * Loads of four want rows of multiples of four.
 */
function* plansToCompile(
  { id, example, corners, bind }: TestedOperation,
  { id: variant, needs }: TestedOperation['variants'][number],
): Generator<Plan> {
  const device = needs === undefined ? NARROW : WIDE;
  for (const problem of [example, ...(EXTRAS[id] ?? [])]) {
    yield* plansOf(bind(problem, device), variant, LOADS);
  }
  const known = Object.values(corners.corners).map(({ problem }) => problem);
  const fours = known.flatMap((problem) => ('embedDim' in problem ? [{ ...problem, embedDim: 8 }] : []));
  for (const [at, problem] of [...known, ...fours].entries()) {
    const first = at % LOADS.length;
    const inTurn = [...LOADS.slice(first), ...LOADS.slice(0, first)];
    const { value } = plansOf(bind(problem, device), variant, inTurn).next();
    if (value !== undefined) yield value;
  }
}

/** The plans of a variant with the smallest tiles. */
function* plansOf(problem: BoundProblem, id: string, ways: readonly Params[]): Generator<Plan, undefined> {
  const known = Object.keys(problem.variant(id).params);
  const hasTiles = known.includes('blockM');
  for (const loads of known.includes('stageDepth') && hasTiles ? ways : [{}]) {
    const params = Object.entries({ ...(hasTiles && TILE), ...loads }).filter(([name]) =>
      known.includes(name),
    );
    const bound = problem.variant(id, Object.fromEntries(params));
    if (bound.supported === true) yield bound.plan();
  }
}

/** Passes that differ in more than sizes. */
const permutationOf = ({ shader, conditions, modules, injected }: Pass): string =>
  JSON.stringify([
    shader,
    Object.entries(conditions)
      .filter(([, on]) => on)
      .sort(),
    modules,
    injected,
  ]);

/** Every condition that some pass had on, by shader. */
const asked = new Map<string, Set<string>>();
/** Permutations that have compiled with the smallest tiles, for whatever variant. */
const compiled = new Set<string>();

async function compileAll(plans: Iterable<Plan>, done = compiled): Promise<void> {
  const device = await openNullDevice();
  for (const { passes, buffers } of plans) {
    for (const pass of passes) {
      const permutation = permutationOf(pass);
      if (done.has(permutation)) continue;
      done.add(permutation);
      const on = asked.get(pass.shader) ?? new Set();
      asked.set(pass.shader, on);
      for (const [name, value] of Object.entries(pass.conditions)) if (value) on.add(name);
      const { declarations } = await compileModule(device, pass);
      expect(matchPass(pass, declarations, buffers).faults, permutation).toEqual([]);
    }
  }
}

describe('every shader compiles as plans ask for it, and finds its buffers and uniforms', () => {
  for (const operation of TESTED) {
    for (const variant of operation.variants) {
      const { id } = variant;
      test(`${operation.id} ${id}`, async () => {
        await compileAll(plansToCompile(operation, variant));
        // And with the tiles that users get.
        const defaults = DEVICES.filter((device) => (variant.needs?.(device) ?? true) === true).map(
          (device) => operation.bind(operation.example, device).variant(id).plan(),
        );
        for (const plan of defaults) await compileAll([plan], new Set());
      });
    }
  }

  test('matmul and the instruments', async () => {
    const problem = bind(matmul, { size: 128 }, WIDE);
    const plans = problem.variantIds.flatMap((id) => [...plansOf(problem, id, LOADS)]);
    const ragged = [...plansOf(bind(matmul, { size: 13 }, WIDE), 'tiled', LOADS)];
    const norms = (['f32', 'f16'] as const).map((dtype) =>
      largestNormPlan({ dtype, numRows: 3, width: 2 }, 24),
    );
    await compileAll([...plans, ...ragged, ...norms, copyPlan(64), fmaPlan(1)]);
  });

  test('blocks of a ring of attention', async () => {
    const params = { ...TILE, ...LOADS[0] };
    const shapes = [{}, { scorePrecision: 'two-term', sinks: true, causal: 'bottom-right' }] as const;
    const plans = shapes.flatMap((options) => {
      const whole = attentionBackwardProblem({ ...SMALL, ...options });
      const { sinks: _sinks, ...block } = problemAt(whole, { queries: { first: 4, count: 8 } });
      return [
        mergedPlan(block, params),
        finishedPlan(block),
        ...('scorePrecision' in options ? [deltaPlan(block, params)] : []),
        rowsPlan(whole),
        blockGradientPlan(block, params),
      ];
    });
    await compileAll(plans);
  });

  test('no shader and no condition is left out', () => {
    const roots = Object.keys(SHADER_SOURCES).filter((file) => !/(^|\/)(?:lib|loss)\//.test(file));
    expect([...asked.keys()].sort()).toEqual(roots.map((file) => file.replace('.wesl', '')).sort());
    const on = new Set([...asked.values()].flatMap((names) => [...names]));
    const unasked = [...knownConditions().keys()].filter((condition) => !on.has(condition));
    expect(unasked).toEqual([]);
  });
});

describe('a mistake in a shader', () => {
  const constants = { BLOCK_M: 2, BLOCK_N: 4, ROWS: 1, COLS: 2, DEPTH: 3, STAGE_DEPTH: 2 };
  const spec = {
    ...{ shader: 'matmul/tiled', conditions: {}, constants },
    modules: { load: 'lib/load/plain' },
  };
  const withChange = (file: string, from: string, to: string) => {
    const text = SHADER_SOURCES[file] ?? '';
    expect(text).toContain(from);
    return { ...SHADER_SOURCES, [file]: text.replace(from, to) };
  };
  const lineOf = (file: string, text: string) =>
    (SHADER_SOURCES[file] ?? '').split('\n').findIndex((line) => line.includes(text)) + 1;

  test('in the root is a ShaderError at its file and line', async () => {
    const sources = withChange('matmul/tiled.wesl', 'let tile = dot_tile', 'let tile = dot_tyle');
    const failure = compileModule(await openNullDevice(), spec, sources);
    await expect(failure).rejects.toBeInstanceOf(ShaderError);
    await expect(failure).rejects.toMatchObject({
      file: 'shaders/matmul/tiled.wesl',
      line: lineOf('matmul/tiled.wesl', 'let tile = dot_tile'),
    });
  });

  test('in an imported module, inside an unrolled loop, is one there', async () => {
    const sources = withChange(
      'lib/dot_tile.wesl',
      'four[s] = right_at(row, last_or(k + s, end));',
      'four[s] = wrong(row, last_or(k + s, end));',
    );
    const failure = compileModule(await openNullDevice(), spec, sources);
    await expect(failure).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/lib/dot_tile.wesl',
      line: lineOf('lib/dot_tile.wesl', 'four[s] = right_at('),
      detail: "unresolved identifier 'wrong'",
    });
  });

  test('that only the compiler can see is one too', async () => {
    const sources = withChange('lib/grid.wesl', 'return slice.first + id.y', 'return slice.first + id.wrong');
    await expect(compileModule(await openNullDevice(), spec, sources)).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/lib/grid.wesl',
      line: lineOf('lib/grid.wesl', 'return slice.first + id.y'),
    });
  });

  test('of syntax is one too', async () => {
    const sources = withChange('matmul/tiled.wesl', 'let tile = dot_tile', 'let = dot_tile');
    await expect(linkShader(spec, sources)).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/matmul/tiled.wesl',
      line: lineOf('matmul/tiled.wesl', 'let tile = dot_tile'),
    });
  });

  test('an unknown condition, constant or role is refused, not taken for false', async () => {
    const condition = withChange(
      'lib/dot_tile.wesl',
      '@if(STAGED && !VECTOR) const LEFT',
      '@if(STAGGED) const LEFT',
    );
    await expect(linkShader(spec, condition)).rejects.toMatchObject({
      file: 'shaders/lib/dot_tile.wesl',
      detail: 'unknown condition STAGGED',
    });
    const constant = withChange('matmul/tiled.wesl', 'constants::{BLOCK_M', 'constants::{BLOK_M');
    await expect(linkShader(spec, constant)).rejects.toMatchObject({ detail: 'unknown constant BLOK_M' });
    const elseIf = withChange('lib/dot_tile.wesl', '@elif(', '@else @if(');
    await expect(linkShader(spec, elseIf)).rejects.toMatchObject({ detail: 'write @elif for @else @if' });
    const role = withChange('lib/dot_tile.wesl', 'package::roles::load::', 'package::roles::lode::');
    await expect(linkShader(spec, role)).rejects.toMatchObject({
      file: 'shaders/lib/dot_tile.wesl',
      detail: 'unknown role lode',
    });
  });

  test('in a module that the pass chose is told at that module; a role without a module, at its import', async () => {
    const sources = withChange(
      'lib/load/plain.wesl',
      'return f32(right[row + k]);',
      'return f32(rite[row + k]);',
    );
    await expect(compileModule(await openNullDevice(), spec, sources)).rejects.toMatchObject({
      file: 'shaders/lib/load/plain.wesl',
      line: lineOf('lib/load/plain.wesl', 'return f32(right[row + k]);'),
    });
    await expect(linkShader({ ...spec, modules: {} })).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/lib/dot_tile.wesl',
    });
  });
});
