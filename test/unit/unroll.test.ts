import { describe, expect, test } from 'vitest';
import { unroll } from '../../src/gpu/unroll.ts';

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('unroll', () => {
  test('copies the body with the counter spelled out', () => {
    const source = '/* unroll */ for (var i = 0u; i < N; i++) { a[i] = b[i * 2u + ii]; }';
    expect(flat(unroll(source, { N: 2 }))).toBe('{ a[0u] = b[0u * 2u + ii]; }{ a[1u] = b[1u * 2u + ii]; }');
  });

  test('leaves unmarked loops and member accesses alone', () => {
    const plain = 'for (var i = 0u; i < N; i++) { x += v.i; }';
    expect(unroll(plain, {})).toBe(plain);
    expect(flat(unroll(`/* unroll */ ${plain}`, { N: 1 }))).toBe('{ x += v.i; }');
  });

  test('unrolls nested loops, whose counters are independent', () => {
    const source = `/* unroll */ for (var r = 0u; r < R; r++) {
      /* unroll */ for (var c = 0u; c < C; c++) { t[r * C + c] = r; }
    }`;
    const copies = [0, 1].flatMap((r) => [0, 1, 2].map((c) => `t[${r}u * C + ${c}u] = ${r}u;`));
    const found = unroll(source, { R: 2, C: 3 }).match(/t\[[^;]*;/g);
    expect(found).toEqual(copies);
  });

  test('keeps every following line on its line', () => {
    const source = [
      'one',
      '/* unroll */ for (var i = 0u; i < 3u; i++) {',
      '  a[i] = 1; // why',
      '}',
      'five',
    ].join('\n');
    const lines = unroll(source, {}).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[4]).toBe('five');
    expect(lines[2]).toContain('a[0u] = 1;');
  });

  test('a comment in a copied body does not swallow what follows it', () => {
    const source = '/* unroll */ for (var i = 0u; i < 2u; i++) {\n a[i] = 1; // }\n b[i] = 2;\n}';
    expect(flat(unroll(source, {}))).toBe('{ a[0u] = 1; // } b[0u] = 2; }{ a[1u] = 1; b[1u] = 2; }');
  });

  test('starts where the loop starts, and may have nothing to do', () => {
    expect(flat(unroll('/* unroll */ for (var i = 1u; i < 3u; i++) { f(i); }', {}))).toBe(
      '{ f(1u); }{ f(2u); }',
    );
    expect(flat(unroll('a /* unroll */ for (var i = 0u; i < N; i++) { f(i); } b', { N: 0 }))).toBe('a b');
  });

  test('leaves a loop alone whose constant is 0, but not those in it', () => {
    const inner = '/* unroll */ for (var c = 0u; c < 2u; c++) { f(r, c); }';
    const source = `/* unroll if DEPTH */ for (var r = 0u; r < R; r++) { ${inner} }`;
    expect(flat(unroll(source, { DEPTH: 0, R: 2 }))).toBe(
      '/* unroll if DEPTH */ for (var r = 0u; r < R; r++) { { f(r, 0u); }{ f(r, 1u); } }',
    );
    expect(unroll(source, { DEPTH: 8, R: 2 }).match(/f\(/g)).toHaveLength(4);
    expect(() => unroll(source, { R: 2 })).toThrow(/DEPTH is not a known/);
  });

  test('refuses an unknown bound, an endless body and too many copies', () => {
    expect(() => unroll('/* unroll */ for (var i = 0u; i < N; i++) { }', {})).toThrow(/N is not a known/);
    expect(() => unroll('/* unroll */ for (var i = 0u; i < 2u; i++) { ', {})).toThrow(/never closes/);
    expect(() => unroll('/* unroll */ for (var i = 0u; i < N; i++) { }', { N: 5000 })).toThrow(/5000 copies/);
  });

  test('tells the line of the loop it cannot expand, however deep', () => {
    const inner = '\n  /* unroll */ for (var j = 0u; j < N; j++) { }\n';
    const source = `one\n\n/* unroll */\nfor (var i = 0u; i < 2u; i++) {${inner}}`;
    expect(() => unroll(source, {})).toThrow(expect.objectContaining({ line: 5 }));
    expect(() => unroll(`${source}\n`, { N: 5000 })).toThrow(expect.objectContaining({ line: 5 }));
    const second = `/* unroll */ for (var i = 0u; i < 2u; i++) {\n}\n${source.trim()}`;
    expect(() => unroll(second, {})).toThrow(expect.objectContaining({ line: 7 }));
  });
});
