import { describe, expect, test } from 'vitest';
import { ShaderError } from '../../src/core/errors.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';

const place = (maskMod: string) => {
  try {
    attentionProblem({ maskMod });
  } catch (error) {
    if (error instanceof ShaderError) return [error.file, error.line, error.column];
    throw error;
  }
  return 'fine';
};

describe('a body stays within its function', () => {
  const bad: Record<string, [string, number, number]> = {
    'a brace that closes the function': ['return true;\n} fn evil() {', 2, 1],
    'a brace that is never closed': ['if q > kv {\n return true;', 1, 11],
    'brackets that cross': ['return (q[0)];', 1, 12],
    'a comment that is never closed': ['return true; /* and', 1, 14],
    'a nested comment that is never closed': ['return true;\n/* a /* b */', 2, 1],
    "a comment that ends where JavaScript's would not": ['// a\u2028}', 1, 6],
    'a NUL character': ['return true; // \n\0', 2, 1],
    'an attribute': ['@if(ALIBI) return true;', 1, 1],
    'a path to another module': ['return\n  package::lib::tile::own_row(0) == 0;', 2, 10],
  };
  for (const [name, [body, line, column]] of Object.entries(bad)) {
    test(name, () => {
      expect(place(body)).toEqual(['maskMod', line, column]);
    });
  }

  test('comments and brackets that are in order', () => {
    expect(place('return true; // } @ ::')).toBe('fine');
    expect(place('/* } /* // */ { */ return array(1, 2)[q % (1 + 1)] == 1;')).toBe('fine');
    expect(place('let x = q *// times\n 2; return x > 0;')).toBe('fine');
  });
});
