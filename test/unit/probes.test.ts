import { describe, expect, test } from 'vitest';
import { hasProbe, valuesText, type Probed } from '../../src/core/probe.ts';
import { ShapeError } from '../../src/core/errors.ts';
import { runPass } from '../../src/gpu/interpreter/run-pass.ts';
import { BufferMemory } from '../../src/gpu/interpreter/variable.ts';
import { withoutProbes, withProbes, withProbeStub } from '../../src/gpu/probes.ts';
import { notesOf, probedIn } from '../../src/ui/pages/compare/code/probe-list.ts';
import { requireOptions } from '../../src/worker/call-options.ts';

/** What invocations of a kernel passed, four invocations to a workgroup. */
function passed(body: string, invocations: readonly number[], workgroup = 0) {
  const wgsl = `@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) id: vec3u) {
${body}
  result[4 * id.x + i] = 1.0;
}`;
  const result = new BufferMemory(64, undefined);
  const { probes } = runPass({
    ...{ wgsl, workgroups: 3, memory: () => result, mostTurns: 1000 },
    probed: { workgroup, invocations },
  });
  return probes?.map(({ slot, invocation, type, values, times }) => ({
    slot,
    invocation,
    type,
    values,
    times,
  }));
}

describe('the interpreter', () => {
  test('keeps scalars and vectors of the invocations that are asked for', () => {
    expect(passed('probe(2, f32(i) / 2); probe(0, vec2u(i, id.x));', [1, 3], 1)).toEqual([
      { slot: 2, invocation: 5, type: 'f32', values: [[0.5]], times: 1 },
      { slot: 2, invocation: 7, type: 'f32', values: [[1.5]], times: 1 },
      { slot: 0, invocation: 5, type: 'vec2<u32>', values: [[1, 1]], times: 1 },
      { slot: 0, invocation: 7, type: 'vec2<u32>', values: [[3, 1]], times: 1 },
    ]);
  });

  test('keeps the values of a loop in order, and those of a branch where it is taken', () => {
    const loop = 'for (var k = 0; k < 4; k++) { if k != 2 { probe(0, k * k); } }';
    expect(passed(loop, [0])).toMatchObject([{ values: [[0], [1], [9]], times: 3 }]);
    expect(passed('if i == 3 { probe(0, true); }', [2])).toEqual([]);
  });

  test('counts what is too much to keep', () => {
    const [probe] = passed(
      'for (var k = 0; k < 20; k++) { for (var n = 0; n < 20; n++) { probe(0, n); } }',
      [0],
    ) ?? [{ values: [], times: 0 }];
    expect([probe?.values.length, probe?.times]).toEqual([256, 400]);
  });

  test('tells nothing where the code has no probe, and no value of an invocation that there is not', () => {
    expect(passed('', [0])).toBeUndefined();
    expect(passed('probe(0, 1);', [4])).toEqual([]);
  });

  test('refuses what is no slot or no value', () => {
    expect(() => passed('probe(0.5, 1);', [0])).toThrow('the slot of a probe is a whole number');
    expect(() => passed('probe(1);', [0])).toThrow('probe takes a slot and a value');
  });
});

describe('a text', () => {
  test('has a probe if it calls one that is not its own, and not in a comment', () => {
    expect(hasProbe('fn f() { probe(0, x); }')).toBe(true);
    expect(hasProbe('// probe(0, x);')).toBe(false);
    expect(hasProbe('fn probe(a: u32) {} fn f() { probe(0); }')).toBe(false);
    expect(hasProbe('fn f() { my_probe(0); a.probe(1); }')).toBe(false);
  });

  test('without a probe is left as it is', () => {
    const text = 'fn f() { g(1); }\n';
    expect(withProbeStub(text)).toBe(text);
    expect(withoutProbes(text)).toBe(text);
  });

  test('loses its probes, arguments and all, and keeps its places', () => {
    const linked = 'fn f() {\n  probe(0, max(a, b)); g();\n}\nfn probe() { }\n';
    const kept = withoutProbes(linked);
    expect(kept).toHaveLength(linked.length);
    expect(kept.trim().replace(/ +/g, ' ')).toBe('fn f() {\n g();\n}');
    expect(kept.indexOf('g()')).toBe(linked.indexOf('g()'));
  });

  test('keeps its probes for the interpreter, by one name', () => {
    const linked = 'fn f() { probe0(0, a); }\nfn probe0() { }\n';
    expect(withProbes(linked)).toBe(`fn f() { probe (0, a); }\n${' '.repeat(15)}\n`);
  });
});

describe('values', () => {
  const probed: Probed = {
    ...{ pass: 'scores', file: 'a.wesl', line: 3, column: 1, slot: 1, workgroup: 0, invocation: 5 },
    ...{
      type: 'vec2<f32>',
      values: [
        [1, 0.1 + 0.2],
        [2, -1e-9],
      ],
      times: 4,
    },
  };

  test('are written in few digits, and what is left out is counted', () => {
    expect(valuesText(probed)).toBe('(1, 0.3) (2, -1e-9) … 2 more');
    expect(valuesText({ ...probed, type: 'bool', values: [[1], [0]], times: 2 })).toBe('true false');
  });

  test('of a line stand behind it', () => {
    expect(notesOf([probed, { ...probed, invocation: 6, values: [[3, 4]], times: 1 }])).toEqual([
      { file: 'a.wesl', line: 3, text: '0:5, slot 1: (1, 0.3) (2, -1e-9) … 2 more · 0:6, slot 1: (3, 4)' },
    ]);
  });
});

describe('whose values', () => {
  test('words name a workgroup and invocations', () => {
    expect(probedIn(' 2', '0, 5 7')).toEqual({ workgroup: 2, invocations: [0, 5, 7] });
    for (const bad of ['', '-1', '1.5', 'x', Array.from({ length: 17 }, (_, n) => n).join()])
      expect(probedIn('0', bad)).toBeUndefined();
    expect(probedIn('', '0')).toBeUndefined();
  });

  test.each([
    3,
    { workgroup: 0 },
    { workgroup: -1, invocations: [0] },
    { workgroup: 0, invocations: [] },
    { workgroup: 0, invocations: [0.5] },
    { workgroup: 0, invocations: [0], of: 1 },
  ])('%j is refused by name', (probed) => {
    expect(() => requireOptions('examine', {}, { probed })).toThrow(ShapeError);
    expect(() => requireOptions('examine', {}, { probed })).toThrow('probed');
  });
});
