import { ShaderError, ShapeError } from '../../core/errors.ts';
import { describe } from '../../core/tensor.ts';
import { withoutComments } from '../../core/comments.ts';
import type { InjectedFunction } from '../../core/plan.ts';
import type { AttentionProblem } from './problem.ts';

/** The user's functions: the name of the body among the arguments, and what the body is put into. */
const FUNCTIONS = {
  scoreMod: {
    path: 'modifiers/score_mod.wesl',
    signature: 'fn score_mod(score: f32, b: u32, h: u32, q: u32, kv: u32) -> f32',
  },
  scoreModGrad: {
    path: 'modifiers/score_mod_grad.wesl',
    signature: 'fn score_mod_grad(score: f32, b: u32, h: u32, q: u32, kv: u32) -> f32',
  },
  maskMod: {
    path: 'modifiers/mask_mod.wesl',
    signature: 'fn mask_mod(b: u32, h: u32, q: u32, kv: u32) -> bool',
  },
} as const;

export type Modifier = keyof typeof FUNCTIONS;
/** Fields of a problem that hold WGSL of the user's own. */
export const MODIFIERS = Object.keys(FUNCTIONS) as readonly Modifier[];

/** The signatures that the bodies are put into, by field. */
export const MODIFIER_SIGNATURES: Readonly<Record<Modifier, string>> = {
  scoreMod: FUNCTIONS.scoreMod.signature,
  scoreModGrad: FUNCTIONS.scoreModGrad.signature,
  maskMod: FUNCTIONS.maskMod.signature,
};

/** The modules that a problem's modifiers become. */
export function injectedModifiers(problem: AttentionProblem): Record<string, InjectedFunction> {
  return Object.fromEntries(
    MODIFIERS.flatMap((name) => {
      const body = problem[name];
      const { path, signature } = FUNCTIONS[name];
      return body === undefined ? [] : [[path, { name, signature, body }]];
    }),
  );
}

/** @throws ShapeError if a modifier is no text, ShaderError if it is more than a function's body */
export function checkModifier(name: Modifier, problem: AttentionProblem): void {
  const body: unknown = problem[name];
  if (body === undefined) return;
  if (typeof body !== 'string') throw new ShapeError(name, 'a WGSL function body, as text', describe(body));
  checkBody(name, body);
  if (name === 'scoreModGrad' && problem.scoreMod === undefined) {
    throw new ShapeError('scoreModGrad', 'a scoreMod that it is the derivative of', 'none');
  }
}

/** Whether a body's code has any of the names in it. */
export const mentions = (body: string, names: readonly string[]): boolean =>
  [...withoutComments(body).code.matchAll(/\w+/g)].some(([word]) => names.includes(word));

const CLOSES: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };

/**
 * Checks that a text stays within the braces it is put between: the compiler would report what breaks out of them at
 * a place that the user never wrote, or not at all.
 * @throws ShaderError at the user's own line and column
 */
function checkBody(name: string, body: string): void {
  const fail = (at: number, detail: string) => {
    const before = body.slice(0, at).split('\n');
    return new ShaderError(name, before.length, (before.at(-1)?.length ?? 0) + 1, detail);
  };
  const nul = body.indexOf('\0');
  if (nul >= 0) throw fail(nul, 'a NUL character has no place in WGSL');
  const { code, openComment } = withoutComments(body);
  if (openComment !== undefined) throw fail(openComment, 'this comment is never closed');
  const open: { bracket: string; at: number }[] = [];
  for (const { 0: token, index: at } of code.matchAll(/::|[@{}()[\]]/g)) {
    if (token === '@' || token === '::') {
      throw fail(at, `'${token}' has no place here: a body uses its parameters and WGSL's functions`);
    }
    if (!(token in CLOSES)) open.push({ bracket: token, at });
    else if (open.pop()?.bracket !== CLOSES[token]) throw fail(at, `'${token}' closes nothing`);
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw fail(unclosed.at, `'${unclosed.bracket}' is never closed`);
}
