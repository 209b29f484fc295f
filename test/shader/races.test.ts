import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { withSources, type Plan } from '../../src/core/plan.ts';
import { examinePlan } from '../../src/gpu/interpreter/examine.ts';
import { linkShader } from '../../src/gpu/link.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import { examineKernels } from '../../bench/races/examine.ts';
import { deviceProfile } from '../support/device-profile.ts';

/** Needs matrix units, which are not interpreted. */
const NOT_INTERPRETED = ['attention/matrix_forward', 'matmul/matrix'];
/** Run by the measuring and by a ring alone, in no variant. */
const NOT_IN_VARIANTS = [
  'attention/merge_into',
  'instrument/copy',
  'instrument/fma',
  'reduce/add_to',
  'reduce/largest_norm',
];

test('no shipped shader has a race, and each gives what float64 gives', async () => {
  const shaders = new Set<string>();
  for await (const { plan, ...one } of examineKernels({ scope: 'shaders' })) {
    for (const { shader } of plan.passes) shaders.add(shader);
    const faults = one.findings.filter(({ harmless }) => !harmless).map(({ message }) => message);
    const name = `${one.operation} ${one.variant}, ${one.problem}`;
    expect({ name, faults, stopped: one.stopped, correct: one.correct }).toEqual({
      name,
      faults: [],
      stopped: undefined,
      correct: true,
    });
  }
  const roots = Object.keys(SHADER_SOURCES).filter((file) => !/(^|\/)(?:lib|loss)\//.test(file));
  const missing = roots.map((file) => file.replace('.wesl', '')).filter((shader) => !shaders.has(shader));
  expect(missing.sort()).toEqual([...NOT_INTERPRETED, ...NOT_IN_VARIANTS].sort());
});

test('a probe in a shader tells its values, with its line, and does not reach a GPU', async () => {
  const file = 'attention/naive_scores.wesl';
  const text = SHADER_SOURCES[file] ?? '';
  const at = text.indexOf('  scores[element] =');
  const problem = bind(
    attention,
    attentionProblem({ seqLenQ: 3, seqLenKV: 5, headDim: 4 }),
    deviceProfile(2 ** 15, 4),
  );
  const plan = withSources(problem.variant('naive').plan(), {
    [file]: `${text.slice(0, at)}  probe(3, vec2(row, j));\n${text.slice(at)}`,
  });
  const { probes } = await examinePlan(plan, problem.inputs(3), {
    probed: { workgroup: 0, invocations: [0, 7] },
  });
  const line = text.slice(0, at).split('\n').length;
  const there = { file, line, slot: 3, workgroup: 0, type: 'vec2<u32>', times: 1 };
  expect(probes).toMatchObject([
    { ...there, invocation: 0, values: [[0, 0]] },
    { ...there, invocation: 7, values: [[1, 2]] },
  ]);
  for (const pass of plan.passes) expect((await linkShader(pass)).wgsl).not.toContain('probe');
});

describe('a fault that is planted in a shader is found, at its lines', () => {
  const problem = bind(matmul, { size: 13 }, deviceProfile(2 ** 15, 4));
  const params = { blockM: 8, blockN: 8, rows: 2, cols: 2, stageDepth: 8, quads: 0, vectorWidth: 1 };
  const file = 'lib/dot_tile.wesl';
  const text = SHADER_SOURCES[file] ?? '';
  const plan: Plan = problem.variant('tiled', params).plan();
  const changed = (from: string, to: string, part = text) => {
    expect(part).toContain(from);
    return examinePlan(
      withSources(plan, { [file]: text.replace(part, part.replace(from, to)) }),
      problem.inputs(3),
    );
  };
  const lineOf = (line: string) => text.split('\n').findIndex((one) => one.includes(line)) + 1;
  const staged = text.slice(text.indexOf('for (var at = start;'));

  test('a barrier left out: a stage is read while others fill it', async () => {
    const { findings } = await changed('    workgroupBarrier();\n    for (var k', '    for (var k', staged);
    const races = findings.filter(({ kind }) => kind === 'race');
    expect(races.map(({ variable }) => variable)).toContain('left_stage');
    expect(races.some(({ harmless }) => harmless)).toBe(false);
    const lines = races.flatMap(({ first, second }) => [first.line, second?.line]);
    expect(lines).toContain(lineOf('left_stage[in_stage(i) * LEFT_STRIDE + row] =') - 1);
  });

  test('an index past the end of a buffer', async () => {
    const { findings } = await changed('min(k, end - 1));\n    left_stage', 'k);\n    left_stage');
    expect(findings.map(({ kind }) => kind)).toContain('out-of-bounds');
  });

  test('code that is not interpreted is told, and nothing after it is run', async () => {
    const { stopped, outputs } = await changed('workgroupBarrier();', '_ = subgroupAdd(1u);', staged);
    expect(stopped).toMatch(/^lib\/dot_tile\.wesl:\d+: subgroupAdd is not interpreted$/);
    expect(outputs).toBeUndefined();
  });
});
