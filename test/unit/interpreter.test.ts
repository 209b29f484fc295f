import { describe, expect, test } from 'vitest';
import type { Access, Finding } from '../../src/core/finding.ts';
import { messageOf } from '../../src/gpu/interpreter/messages.ts';
import { runPass, type PassOutcome } from '../../src/gpu/interpreter/run-pass.ts';
import { BufferMemory } from '../../src/gpu/interpreter/variable.ts';

const WORDS = 16;

/** Runs a kernel whose only buffer is `result`, of 16 words. */
function run(
  wgsl: string,
  { workgroups = 1, mostTurns = 1000 }: { workgroups?: number; mostTurns?: number } = {},
): PassOutcome & { readonly result: BufferMemory } {
  const result = new BufferMemory(4 * WORDS, undefined);
  return { ...runPass({ wgsl, workgroups, memory: () => result, mostTurns }), result };
}

/** A kernel with `result: array<type>`, and a body for each of `size` invocations, whose number is `i`. */
const kernel = (body: string, { type = 'f32', size = 4, module = '' } = {}) => `
${module}
@group(0) @binding(0) var<storage, read_write> result: array<${type}>;
@compute @workgroup_size(${size})
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) id: vec3u) {
${body}
}`;

/** What each of four invocations gives for an expression, or a block that sets `r`. */
const floats = (body: string, module = '') =>
  [...run(kernel(`var r = 0.0; ${body} result[i] = r;`, { module })).result.f32].slice(0, 4);
const unsigned = (body: string, module = '') => [
  ...run(kernel(`var r = 0u; ${body} result[i] = r;`, { type: 'u32', module })).result.u32.subarray(0, 4),
];
const signed = (body: string) => [
  ...run(kernel(`var r = 0i; ${body} result[i] = r;`, { type: 'i32' })).result.i32.subarray(0, 4),
];

describe('values', () => {
  test('f32 is rounded after each operation', () => {
    expect(floats('r = 16777216.0 + f32(i);')).toEqual([16777216, 16777216, 16777218, 16777220]);
    expect(floats('r = fma(0.1, 0.1, f32(i));')[0]).toBe(Math.fround(Math.fround(0.1) ** 2));
  });

  test('integers wrap, shift and divide as in WGSL', () => {
    expect(unsigned('r = i - 1;')).toEqual([4294967295, 0, 1, 2]);
    expect(unsigned('r = (i + 1) * 4000000000u;')[1]).toBe((2 * 4000000000) % 2 ** 32);
    expect(signed('r = -7 / (i32(i) - 1);')).toEqual([7, -7, -7, -3]);
    expect(signed('r = -7 % 3;')).toEqual([-1, -1, -1, -1]);
    expect(unsigned('r = 1u << (31u + i);')).toEqual([2147483648, 1, 2, 4]);
    expect(signed('r = i32(-3.9) + i32(4e9);')[0]).toBe((2147483647 - 3) | 0);
  });

  test('operators bind as in WGSL: && after <, and < after +', () => {
    expect(unsigned('if i > 0 && i + 1 < 4 { r = 1u; }')).toEqual([0, 1, 1, 0]);
    expect(unsigned('if i == 0 || i + 1 == 4 && i * 2 - 1 > 3 { r = 1u; }')).toEqual([1, 0, 0, 1]);
    expect(unsigned('r = 10 - i - 1 + 2 * i;')).toEqual([9, 10, 11, 12]);
  });

  test('vectors, swizzles and arrays of them', () => {
    expect(floats('let v = vec4f(vec2f(f32(i)), 3, 4); r = dot(v.yw, v.xz);')).toEqual(
      [12, 16, 22, 30].map((x, n) => n * n + 12),
    );
    expect(floats('var a: array<vec4f, 2>; a[1][i] = 5; r = a[1].x + 2 * a[1].y;')).toEqual([5, 10, 0, 0]);
    expect(floats('var v = vec2f(1, f32(i)); v = v.yx; r = 10 * v.x + v.y;')).toEqual([1, 11, 21, 31]);
  });

  test('bits of floats', () => {
    expect(unsigned('r = bitcast<u32>(f32(i));')).toEqual([0, 0x3f800000, 0x40000000, 0x40400000]);
    expect(floats('r = unpack2x16float(0x3c00u << (16 * (i & 1))).y;')).toEqual([0, 1, 0, 1]);
  });

  test('constants of the module, found where a local has the same name', () => {
    const module = 'const N = 2 * M; const M = 3; const TABLE = array(1.0, 10.0, 100.0, 1000.0);';
    expect(floats('let M = 7.0; r = TABLE[i] * N + M;', module)).toEqual([13, 67, 607, 6007]);
  });
});

describe('control flow', () => {
  test('break, continue and return of some invocations leave the others running', () => {
    const module =
      'fn first(n: u32) -> u32 { for (var k = 0u; k < 9; k++) { if k * k >= n { return k; } } return 99u; }';
    expect(unsigned('r = first(i * i * 4);', module)).toEqual([0, 2, 4, 6]);
    expect(
      unsigned('for (var k = 0u; k < 6; k++) { if k % 2 == 0 { continue; } if k > i { break; } r += k; }'),
    ).toEqual([0, 1, 1, 4]);
    expect(unsigned('loop { if r > i { break; } continuing { r += 2; break if r == 2; } }')).toEqual([
      2, 2, 2, 2,
    ]);
    expect(unsigned('while r < i { r += 2; }')).toEqual([0, 2, 2, 4]);
  });

  test('switch takes one clause, and its break ends it alone', () => {
    const body =
      'for (var k = 0u; k < 2; k++) { switch i { case 0, 1: { r += 1; break; } case 2: { continue; } default: { r += 5; } } r += 10; }';
    expect(unsigned(body)).toEqual([22, 22, 0, 30]);
  });

  test('a function changes what its pointers point to, wherever that is', () => {
    const module = 'fn add(p: ptr<function, array<f32, 2>>, k: u32) { (*p)[k] += 1; p[0] += 10; }';
    expect(
      floats(
        'var a: array<f32, 2>; var b: array<f32, 2>; add(&a, 1); add(&b, i & 1); r = a[1] + 100 * b[0];',
        module,
      ),
    ).toEqual([1101, 1001, 1101, 1001]);
    const inner = 'fn bump(p: ptr<function, f32>) { *p += 1; }';
    expect(floats('var a: array<f32, 4>; bump(&a[i]); bump(&a[2]); r = a[2];', inner)).toEqual([1, 1, 2, 1]);
  });

  test('an operand keeps the value that it had before a later call', () => {
    const module = 'var<private> n: u32; fn next() -> u32 { n += 1; return n; }';
    expect(unsigned('r = n * 100 + next() * 10 + next();', module)).toEqual([12, 12, 12, 12]);
  });

  test('the right side of && reaches memory only where the left holds', () => {
    const { findings } = run(kernel('if i < 2 && result[i + 14] == 0 { result[i] = 1; }'));
    expect(findings.filter(({ kind }) => kind === 'out-of-bounds')).toEqual([]);
  });
});

describe('races', () => {
  const shared = 'var<workgroup> shared_values: array<f32, 4>;';
  const handOver = (barrier: string) =>
    run(
      kernel(`shared_values[i] = f32(i);\n${barrier}\nresult[i] = shared_values[3 - i];`, { module: shared }),
    );

  test('a write that others read after a barrier is none', () => {
    const { findings, result } = handOver('workgroupBarrier();');
    expect(findings).toEqual([]);
    expect([...result.f32.subarray(0, 4)]).toEqual([3, 2, 1, 0]);
  });

  test('a missing barrier is one, with both places', () => {
    const { findings } = handOver('');
    expect(findings).toMatchObject([
      { kind: 'race', variable: 'shared_values', first: { does: 'writes' }, second: { does: 'reads' } },
    ]);
    expect(findings[0]?.first.site).toBeLessThan(findings[0]?.second?.site ?? 0);
  });

  test('a barrier of the other memory orders nothing', () => {
    expect(handOver('storageBarrier();').findings).toMatchObject([{ kind: 'race' }]);
    const storage = (barrier: string) =>
      run(kernel(`result[i] = 1; ${barrier}(); result[i + 4] = result[3 - i];`));
    expect(storage('workgroupBarrier').findings).toMatchObject([{ kind: 'race', variable: 'result' }]);
    expect(storage('storageBarrier').findings).toEqual([]);
  });

  test('a read before another invocation writes is one, too', () => {
    const { findings } = run(
      kernel('let before = shared_values[3 - i]; shared_values[i] = before;', { module: shared }),
    );
    expect(findings).toMatchObject([{ kind: 'race', first: { does: 'reads' }, second: { does: 'writes' } }]);
  });

  test('two invocations that write one element race, the same value or not', () => {
    const [same] = run(kernel('result[0] = 5;')).findings;
    expect(same).toMatchObject({ kind: 'race', element: 0, sameValue: true, times: 3 });
    expect(run(kernel('result[i / 2] = f32(i);')).findings).toMatchObject([{ sameValue: false, times: 2 }]);
  });

  test('workgroups race for storage, whatever barriers there are', () => {
    const body = 'result[id.x * 2 + i] = 1; storageBarrier();';
    const { findings } = run(kernel(body), { workgroups: 3 });
    expect(findings).toMatchObject([
      { kind: 'race', element: 2, first: { invocation: 2 }, second: { invocation: 4 } },
    ]);
    expect(run(kernel('result[id.x * 4 + i] = 1;'), { workgroups: 4 }).findings).toEqual([]);
  });

  test('workgroups that do not run together are no exception', () => {
    const { findings } = run(kernel('if i == 0 { result[id.x / 4] = f32(id.x); }', { size: 256 }), {
      workgroups: 5,
    });
    expect(findings).toMatchObject([{ kind: 'race', element: 0, times: 3 }]);
  });

  test('atomics do not race, and add up', () => {
    const { findings, result } = run(kernel('atomicAdd(&result[0], i);', { type: 'atomic<u32>' }), {
      workgroups: 2,
    });
    expect(findings).toEqual([]);
    expect(result.u32[0]).toBe(12);
  });

  test('workgroupUniformLoad is a barrier before and after', () => {
    const body =
      'if i == 0 { shared_values[0] = 7; } let v = workgroupUniformLoad(&shared_values[0]); shared_values[0 + i] = v; result[i] = v;';
    const { findings, result } = run(kernel(body, { module: shared }));
    expect(findings).toEqual([]);
    expect([...result.f32.subarray(0, 4)]).toEqual([7, 7, 7, 7]);
  });
});

describe('other faults', () => {
  test('an index outside its array, read or written', () => {
    const read = run(kernel('result[i] = result[i + 13];')).findings;
    expect(read).toMatchObject([
      {
        kind: 'out-of-bounds',
        variable: 'result',
        element: 16,
        count: WORDS,
        first: { does: 'reads', invocation: 3 },
      },
      { kind: 'uninitialised-read' },
    ]);
    expect(run(kernel('result[i + 13] = 1;')).findings).toMatchObject([{ first: { does: 'writes' } }]);
    expect(run(kernel('var a: array<f32, 3>; a[i] = 1; result[i] = a[0];')).findings).toMatchObject([
      { kind: 'out-of-bounds', variable: 'a', element: 3, count: 3 },
    ]);
    expect(run(kernel('let k = i32(i) - 1; result[k] = 1;')).findings).toMatchObject([{ element: -1 }]);
  });

  test('what nothing has written', () => {
    const { findings } = run(kernel('result[i] += 1;'));
    expect(findings).toMatchObject([{ kind: 'uninitialised-read', times: 4 }]);
  });

  test('a barrier that some invocations do not reach, and where they part', () => {
    const branch = kernel('if i < 3 { workgroupBarrier(); }');
    const { findings } = run(branch);
    expect(findings).toMatchObject([
      { kind: 'non-uniform-barrier', count: 3, first: { invocation: 0 }, second: { invocation: 3 } },
    ]);
    expect(findings[0]?.second?.site).toBe(branch.indexOf('i < 3'));
    const left = kernel('if i == 2 { return; } workgroupBarrier();');
    expect(run(left).findings[0]?.second?.site).toBe(left.indexOf('return'));
    const loop = kernel('for (var k = 0u; k < i; k++) { workgroupBarrier(); }');
    expect(run(loop).findings[0]?.second?.site).toBe(loop.indexOf('for'));
    expect(run(kernel('if id.x > 0 { workgroupBarrier(); }'), { workgroups: 3 }).findings).toEqual([]);
  });

  test('a loop that does not end', () => {
    const endless = kernel('var k = 1u; while k != 0 { k = k | 2; }');
    const { findings, ended } = run(endless, { mostTurns: 50 });
    expect(ended).toBe(false);
    expect(findings).toMatchObject([
      { kind: 'endless-loop', count: 50, first: { site: endless.indexOf('while') } },
    ]);
  });

  test('code that is not interpreted is refused by name', () => {
    expect(() => run(kernel('result[i] = subgroupAdd(1.0);'))).toThrow('subgroupAdd is not interpreted');
    expect(() => run(kernel('var m: mat2x2f;'))).toThrow('the type mat2x2f is not interpreted');
  });
});

describe('invocations that exchange registers', () => {
  test('take from their four', () => {
    expect(unsigned('r = quadSwapX(i) * 10 + quadBroadcast(i, 2);')).toEqual([12, 2, 32, 22]);
  });
});

describe('sentences', () => {
  const at = (line: number, invocation: number, does: Access['does'], workgroup = 0): Access => ({
    ...{ file: 'lib/a.wesl', line, column: 1 },
    ...{ workgroup, invocation, does },
  });
  const finding: Omit<Finding, 'message'> = {
    ...{ kind: 'race', pass: 'scores', variable: 'parts', element: 4, times: 1, harmless: false },
    ...{ first: at(3, 1, 'writes'), second: at(9, 2, 'reads') },
  };
  const beside = { count: undefined, sameValue: false, size: 8 };

  test('of a race name both accesses', () => {
    expect(messageOf(finding, beside)).toBe(
      'Invocation 1 writes parts[4] at lib/a.wesl:3, and invocation 2 reads it at lib/a.wesl:9. No barrier lies between the two.',
    );
  });

  test('of workgroups name them', () => {
    const second = at(9, 2, 'reads', 5);
    expect(messageOf({ ...finding, second }, beside)).toContain('invocation 2 of workgroup 5 reads it');
  });

  test('of a barrier tell how many reach it, and where they part', () => {
    const barrier = { ...finding, kind: 'non-uniform-barrier', second: at(2, 7, 'leaves') } as const;
    expect(messageOf(barrier, { ...beside, count: 3 })).toBe(
      '3 of the 8 invocations of workgroup 0 reach the barrier at lib/a.wesl:3. They part at lib/a.wesl:2.',
    );
  });
});
