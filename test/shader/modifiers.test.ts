import { describe, expect, test } from 'vitest';
import { conditionsOf } from '../../src/core/option-table.ts';
import { compileModule } from '../../src/gpu/shader-module.ts';
import { injectedModifiers } from '../../src/operations/attention/modifiers.ts';
import { attentionOptions } from '../../src/operations/attention/options/index.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { openNullDevice } from '../support/dawn.ts';

async function compile(modifiers: Partial<AttentionProblem>): Promise<unknown> {
  const problem = attentionProblem(modifiers);
  return compileModule(await openNullDevice(), {
    shader: 'attention/naive_scores',
    conditions: conditionsOf(attentionOptions, problem),
    constants: { DEPTH: 4, WORKGROUP_SIZE: 64 },
    injected: injectedModifiers(problem),
  });
}

describe("a mistake in a modifier is a ShaderError at the user's own line and column", () => {
  const mistakes: Record<string, [Partial<AttentionProblem>, object]> = {
    'syntax, first line': [{ maskMod: 'let = 3;' }, { file: 'maskMod', line: 1, column: 5 }],
    'syntax, later line': [
      { maskMod: 'let a = 3;\n  let = 3;\nreturn true;' },
      { file: 'maskMod', line: 2, column: 7 },
    ],
    'unknown identifier': [
      { scoreMod: 'return score * slope;' },
      { file: 'scoreMod', line: 1, column: 16, detail: "unresolved value 'slope'" },
    ],
    "a name of Tilewise's own": [
      { scoreMod: '\nreturn score * params.softcap;' },
      { file: 'scoreMod', line: 2, column: 16 },
    ],
    'wrong type, first line': [{ maskMod: 'return q;' }, { file: 'maskMod', line: 1, column: 1 }],
    'wrong type, indented': [{ maskMod: '\n    return q;' }, { file: 'maskMod', line: 2, column: 5 }],
    'wrong type, later line': [
      { scoreMod: '// a comment\n  let x = q * score;\n  return x;' },
      { file: 'scoreMod', line: 2, column: 11 },
    ],
    'unknown member': [{ scoreMod: 'return score.x;' }, { file: 'scoreMod', line: 1, column: 8 }],
    'no return': [{ maskMod: 'let a = q;\nlet b2 = kv;' }, { file: 'maskMod', line: 2, column: 13 }],
    nothing: [{ maskMod: '' }, { file: 'maskMod', line: 1, column: 1 }],
    'a second function': [{ maskMod: 'fn f() {}\nreturn true;' }, { file: 'maskMod', line: 1, column: 1 }],
    'a parameter declared anew': [
      { scoreMod: 'let q = 3;\nreturn score;' },
      { file: 'scoreMod', line: 1, column: 5 },
    ],
  };
  for (const [name, [modifiers, place]] of Object.entries(mistakes)) {
    test(name, async () => {
      const failure = compile(modifiers);
      await expect(failure).rejects.toMatchObject({ name: 'ShaderError', ...place });
    });
  }

  test('a right one compiles, helper included', async () => {
    await compile({
      scoreMod: '// Two lines,\nreturn 5.0 * tanh_exact(score / 5.0); // and a comment at the end',
      maskMod: 'if kv > q { return false; } return b == 0u;',
    });
  });
});
