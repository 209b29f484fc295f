import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { methodOf } from './methods/index.ts';
import { fillParams } from './methods/params.ts';
import { byRow, EXACT, type Formed } from './part.ts';
import type { CacheProblem, FormatChoice } from './problem.ts';

const SIDES = [
  { name: 'keyFormat', argument: 'key', width: 'headDim' },
  { name: 'valueFormat', argument: 'value', width: 'headDimV' },
] as const;

const formsOf = (problem: CacheProblem, choice: FormatChoice | undefined): Formed | undefined =>
  choice && methodOf(choice.method).forms?.({ ...problem, ...choice });

/** The forms that a problem asks for in place of its method's own. */
export function givenForms(problem: CacheProblem): Partial<Formed> {
  const keys = formsOf(problem, problem.keyFormat);
  const values = formsOf(problem, problem.valueFormat);
  return {
    ...(keys && { keys: keys.keys }),
    ...(values && { values: values.values }),
    ...((keys ?? values) && { window: Math.max(keys?.window ?? 0, values?.window ?? 0) }),
  };
}

/** The formats that a problem asks for, with defaults filled in. @throws UnsupportedError, ShapeError naming the argument */
export function fillFormats(
  problem: CacheProblem,
  given: Pick<Partial<CacheProblem>, 'keyFormat' | 'valueFormat'>,
): CacheProblem {
  let filled = problem;
  for (const { name, argument, width } of SIDES) {
    const choice = given[name];
    if (choice === undefined) continue;
    filled = { ...filled, [name]: filledFormat(problem, argument, choice, problem[width]) };
  }
  const refusal = composes(filled);
  if (refusal === true) return filled;
  throw new UnsupportedError(`${problem.method}: ${refusal}`, 'methods');
}

function filledFormat(
  problem: CacheProblem,
  name: string,
  { method: id, params: given }: FormatChoice,
  width: number,
): FormatChoice {
  const method = methodOf(id);
  if (method.forms === undefined) {
    const formats = 'a format that keeps all keys alike, such as exact, int8 or kivi-4';
    throw new ShapeError(name, formats, id);
  }
  const params = fillParams(method.params, given, name);
  const fits = method.supports?.({ ...problem, headDim: width, headDimV: width, params }) ?? true;
  if (fits !== true) throw new UnsupportedError(`${name} ${id}: ${fits}`, 'methods');
  return { method: id, params };
}

/** `true`, or the reason why the method cannot keep its keys in the formats that are asked for. */
function composes(problem: CacheProblem): true | string {
  if (problem.keyFormat === undefined && problem.valueFormat === undefined) return true;
  const method = methodOf(problem.method);
  if (method.kind === 'format' && method.forms === undefined)
    return 'it has formats of its own, and takes no others';
  const forms = { ...EXACT, ...givenForms(problem) };
  const parts = method.parts(problem, {});
  if (parts.some(({ uneven, stored }) => uneven === true && stored === undefined)) {
    if (forms.keys.byHead === true || forms.values.byHead === true)
      return 'heads that share a budget have different numbers of keys, which formats fitted to each head cannot have';
  }
  return parts.some(({ uneven, stored }) => uneven === true || stored !== undefined) ? byRow(forms) : true;
}
