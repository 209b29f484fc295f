import { describe, expect, test } from 'vitest';
import { guardLoops, hasLoop } from '../../src/gpu/guard.ts';

const WGSL = `// for ever
fn main() {
  for (var i = 0; i < 3; i++) {
    loop /* while { */ {
      break;
    }
  }
  let format = 1; // loop {
  while format < 0 { }
}
fn found(n: u32) -> @size(4) vec2<f32> { loop { if (n > 3u) { return vec2<f32>(); } } }
fn plain() -> f32 { return 1.0; }
`;

describe.each(['invocation', 'function'] as const)('loops guarded in the %s', (scope) => {
  const guarded = guardLoops(WGSL, 1000, scope);

  test('are counted each, and comments and other words are no loops', () => {
    const declared = scope === 'invocation' ? /var<private> \w+: u32;/g : /var guard_turns_\d+ = 0u;/g;
    expect(guarded.match(declared)).toHaveLength(4);
    expect(guarded.match(/guard_turns_\d+\+\+; if \(guard_turns_\d+ > 1000u\)/g)).toHaveLength(4);
    expect(new Set(guarded.match(/guard_turns_\d+/g)).size).toBe(4);
    expect([hasLoop(WGSL), hasLoop('let format = 1; /* loop */ return format; // for')]).toEqual([
      true,
      false,
    ]);
  });

  test('mark where they stand', () => {
    const places = Array.from(guarded.matchAll(/vec4u\((\d+)u\)/g), ([, place]) => Number(place));
    expect(places.map((place) => /^\w+/.exec(WGSL.slice(place))?.[0])).toEqual([
      'for',
      'loop',
      'while',
      'loop',
    ]);
  });

  test('stand on the lines where they stood', () => {
    const lines = guarded.split('\n');
    for (const [index, line] of WGSL.split('\n').entries()) {
      const last = line.trim().split(' ').at(-1) ?? '';
      expect(lines[index]).toContain(last);
    }
  });

  test('may be left without a return, which then stands at the end', () => {
    expect(guarded).toContain(
      'return vec2<f32>(); } } return vec2<f32>(); }\nfn plain() -> f32 { return 1.0; }',
    );
  });

  test('leave the rest as it was', () => {
    const without = guarded
      .replace('diagnostic(off, subgroup_uniformity); ', '')
      .replace(/ var guard_turns_\d+ = 0u;/g, '')
      .replace(/ guard_turns_\d+\+\+; if \([^)]*\) \{[^}]*\}/g, '')
      .replace('} return vec2<f32>(); }', '} }')
      .replace(/\n@group.*\n$/, '');
    expect(without).toBe(WGSL);
  });
});
