import { describe, expect, test } from 'vitest';
import { guardLoops, hasLoop } from '../../src/gpu/guard.ts';

const WGSL = `// for ever
fn main() {
  for (var i = 0; i < 3; i++) {
    loop /* while */ {
      break;
    }
  }
  let format = 1; // loop {
  while format < 0 { }
}
`;

describe('guarded loops', () => {
  const guarded = guardLoops(WGSL);

  test('are counted each, and comments and other words are no loops', () => {
    expect(guarded.match(/var guard_turns_\d+ = 0u;/g)).toHaveLength(3);
    expect(guarded.match(/guard_turns_\d+\+\+; if \(guard_turns_\d+ > 262144u\)/g)).toHaveLength(3);
    expect(new Set(guarded.match(/guard_turns_\d+/g)).size).toBe(3);
    expect([hasLoop(WGSL), hasLoop('let format = 1; /* loop */ return format; // for')]).toEqual([
      true,
      false,
    ]);
  });

  test('stand on the lines where they stood', () => {
    const lines = guarded.split('\n');
    for (const [index, line] of WGSL.split('\n').entries()) {
      const last = line.trim().split(' ').at(-1) ?? '';
      expect(lines[index]).toContain(last);
    }
  });

  test('leave the rest as it was', () => {
    const without = guarded
      .replace(/var guard_turns_\d+ = 0u; /g, '')
      .replace(/ guard_turns_\d+\+\+; if \([^)]*\) \{[^}]*\}/g, '')
      .replace(/\n@group.*\n$/, '');
    expect(without).toBe(WGSL);
  });
});
