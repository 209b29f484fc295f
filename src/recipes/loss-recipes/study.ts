import { requireCount } from '../../core/checks.ts';
import { compare } from '../../core/deviation.ts';
import { ShapeError, throwIfAborted } from '../../core/errors.ts';
import { requireKnown } from '../../core/known-arguments.ts';
import { normals } from '../../core/random.ts';
import type { FloatTensor } from '../../core/tensor.ts';
import type { Progress } from '../../measure/measure-plan.ts';
import { estimate, versus, type Estimate } from '../../measure/statistics.ts';
import { dot, mean, rowsOf, type Rows } from './float64-rows.ts';
import {
  recipeParams,
  STUDY_ARGUMENTS,
  type Definition,
  type Recipe,
  type RecipeFound,
  type RecipeLab,
  type RecipeOptions,
  type RecipeParams,
  type RecipeRows,
  type RecipeStudyArgs,
} from './recipe.ts';
import { requireRecipe } from './table/index.ts';

/** Bounds of the relative L2 error, as everywhere. */
export const VALUE_BOUND = 5e-6;
export const GRADIENT_BOUND = 1e-5;

/** Rows of the largest inputs whose reference takes seconds. Larger studies are checked on as many rows. */
export const MOST_CHECKED = 512;
export const MOST_ROWS = 65_536;
/** Directions that a gradient is held against the reference in. */
const DIRECTIONS = 3;
/** The step along a direction whose elements are about 1: so small that hardly a hinge bends within it. */
const STEP = 1e-6;
/** The baseline of every operation: it stores the matrix. */
const NAIVE = 'naive';

/** The error of one gradient. */
export interface GradientCheck {
  /** The input that the gradient belongs to. */
  readonly input: string;
  /** The root mean square, over random directions, of the gradient's difference from the slope in float64, over the gradient's length: about its relative L2 error. */
  readonly error: number;
}

/** Times of a recipe, and the most memory that one of its calls takes beside its arguments and results. */
export interface RecipeCost {
  /** The whole recipe, work on the host and transfers included. */
  readonly ms: Estimate;
  readonly workspaceBytes: number;
}

/** One recipe on one size. */
export interface RecipeStudy {
  readonly id: string;
  readonly params: RecipeParams;
  readonly seed: number;
  /** Rows that were asked for. */
  readonly size: number;
  /** Shapes of the inputs that were timed. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Rows that it was checked at. */
  readonly checkedSize: number;
  /** The loss; of recipes that score rows, the mean of the scores. */
  readonly value: number;
  /** The loss, or the mean of the scores, in float64. */
  readonly reference: number;
  /** Relative L2 error of the values. */
  readonly error: number;
  readonly gradients: readonly GradientCheck[];
  /** Whether all errors are within their bounds. */
  readonly ok: boolean;
  /** Calls of the lab; 0 for a recipe that runs on the host. */
  readonly calls: number;
  /** Absent where the recipe is wrong, or was not to be timed. */
  readonly cost?: RecipeCost;
  /** Times and memory of the recipe with the naive variant, which stores the matrix; or why there are none. */
  readonly naive?: RecipeCost | string;
  /** Times of naive over times of the recipe, paired by round. */
  readonly speedUp?: Estimate;
}

interface StudyOptions extends Pick<RecipeOptions, 'signal'> {
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Runs a recipe on seeded inputs, checks its value and gradients against float64, and times it beside the same calls with the naive variant, in
 * interleaved rounds. On the host, a check of 512 rows takes a second or two; between its evaluations, a page may draw.
 * @throws ShapeError naming the argument or parameter; AbortError; as the calls that the recipe is made of
 */
export async function studyRecipe(
  lab: RecipeLab,
  args: RecipeStudyArgs,
  { signal, onProgress }: StudyOptions = {},
): Promise<RecipeStudy> {
  const { recipe, params, size, seed, rounds } = readArgs(args);
  const options = { ...(signal && { signal }) };
  const tell = (stage: Progress['stage'], fraction: number, what: string): void => {
    throwIfAborted(signal);
    onProgress?.({ stage, fraction, message: `${recipe.id} · ${what}` });
  };
  tell('check', 0, 'checking');
  const checkedSize = Math.min(size, MOST_CHECKED);
  const checked = recipe.inputs(seed, checkedSize);
  const watched = watchedLab(lab);
  const found = await recipe.run(watched.lab, checked, params, options);
  const rows = rowsOfInputs(checked);
  const definition = recipe.reference(rows, params, found.choices ?? {});
  const values = definition(rows);
  const { relL2 } = compare(
    [{ actual: Float64Array.from(found.values), expected: Float64Array.from(values) }],
    VALUE_BOUND,
    '',
  );
  const gradients: GradientCheck[] = [];
  for (const [input, gradient] of Object.entries(found.gradients)) {
    if (gradient === undefined) continue;
    tell('check', 0.1 + 0.1 * gradients.length, `checking the gradient of ${input}`);
    gradients.push({ input, error: await gradientError(definition, rows, input, gradient) });
  }
  const ok = relL2 <= VALUE_BOUND && gradients.every(({ error }) => error <= GRADIENT_BOUND);
  const inputs = checkedSize === size ? checked : recipe.inputs(seed, size);
  const study = {
    ...{ id: recipe.id, params, seed, size, checkedSize },
    shapes: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
    ...{ value: mean(Array.from(found.values)), reference: mean(values), error: relL2, gradients, ok },
    calls: watched.seen.calls,
  };
  if (!ok || rounds === 0) return study;
  const timed = { lab, recipe, inputs, params, options, rounds, tell };
  return { ...study, ...(await timeBesideNaive(timed, watched.seen.calls > 0)) };
}

function readArgs(args: RecipeStudyArgs) {
  requireKnown(args, STUDY_ARGUMENTS, { recipe: 'id', rows: 'size' });
  const { id, size = 256, seed = 1, rounds = 5 } = args;
  const recipe = requireRecipe(id);
  if (!(Number.isInteger(size) && size >= 2 && size <= MOST_ROWS)) {
    throw new ShapeError('size', `a whole number from 2 to ${MOST_ROWS}`, String(size));
  }
  requireCount('seed', seed);
  if (rounds !== 0) requireCount('rounds', rounds);
  return { recipe, params: recipeParams(recipe, args.params), size, seed, rounds };
}

const rowsOfInputs = (inputs: Readonly<Record<string, FloatTensor>>): RecipeRows =>
  Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, rowsOf(tensor)]));

/** A lab that counts its calls, and has them run by one variant if that is given. */
function watchedLab(lab: RecipeLab, variant?: string) {
  const seen = { calls: 0, workspaceBytes: 0 };
  const noted = async <T extends { readonly run: { readonly workspaceBytes: number } }>(
    call: Promise<T>,
  ): Promise<T> => {
    const result = await call;
    seen.calls++;
    seen.workspaceBytes = Math.max(seen.workspaceBytes, result.run.workspaceBytes);
    return result;
  };
  const own = variant === undefined ? {} : { variant };
  const watched: RecipeLab = {
    contrastive: ((args, options) =>
      noted(lab.contrastive(args, { ...options, ...own }))) as RecipeLab['contrastive'],
    retrieve: ((args, options) => noted(lab.retrieve(args, { ...options, ...own }))) as RecipeLab['retrieve'],
    upload: (tensor, options) => lab.upload(tensor, options),
    release(tensor) {
      lab.release(tensor);
    },
  };
  return { lab: watched, seen };
}

/** How far a gradient is from slopes in float64 along some random directions. */
async function gradientError(
  definition: Definition,
  rows: RecipeRows,
  input: string,
  { data, shape: [, width = 1] }: FloatTensor,
): Promise<number> {
  const length = Math.sqrt(dot(data, data));
  let squares = 0;
  for (let direction = 1; direction <= DIRECTIONS; direction++) {
    const toward = rowsOf({ shape: [data.length / width, width], data: normals(data.length, direction) });
    const at = (by: number): number =>
      definition({ ...rows, [input]: moved(rows[input] ?? [], toward, by) }).reduce((a, b) => a + b, 0);
    const slope = (at(STEP) - at(-STEP)) / (2 * STEP);
    const found = toward.reduce(
      (sum, row, i) => sum + dot(row, data.subarray(i * width, (i + 1) * width)),
      0,
    );
    squares += (found - slope) ** 2;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return squares === 0 ? 0 : Math.sqrt(squares / DIRECTIONS) / length;
}

const moved = (rows: Rows, toward: Rows, by: number): Rows =>
  rows.map((row, i) => row.map((value, d) => value + by * (toward[i]?.[d] ?? NaN)));

interface Timed {
  readonly lab: RecipeLab;
  readonly recipe: Recipe;
  readonly inputs: Readonly<Record<string, FloatTensor>>;
  readonly params: RecipeParams;
  readonly options: RecipeOptions;
  readonly rounds: number;
  readonly tell: (stage: Progress['stage'], fraction: number, what: string) => void;
}

type Costs = Pick<RecipeStudy, 'cost' | 'naive' | 'speedUp'>;

async function timeBesideNaive(timed: Timed, onDevice: boolean): Promise<Costs> {
  const { lab, rounds, tell } = timed;
  const own = contender(timed, watchedLab(lab));
  const naive = contender(timed, watchedLab(lab, NAIVE));
  tell('calibrate', 0.4, 'warming up');
  await own.run();
  // Memory or an option may be too much for it, and that is worth knowing.
  const refusal = onDevice ? await naive.run().then(() => undefined, refusalOf) : 'runs on the host';
  own.samples.length = naive.samples.length = 0;
  for (let round = 1; round <= rounds; round++) {
    tell('measure', 0.5 + (0.5 * (round - 1)) / rounds, `round ${round} of ${rounds}`);
    await own.run();
    if (refusal === undefined) await naive.run();
  }
  if (refusal !== undefined) return { cost: own.cost(), naive: refusal };
  const { ratio: median, low, high } = versus(naive.samples, own.samples);
  return { cost: own.cost(), naive: naive.cost(), speedUp: { median, low, high } };
}

function contender({ recipe, inputs, params, options }: Timed, { lab, seen }: ReturnType<typeof watchedLab>) {
  const samples: number[] = [];
  return {
    samples,
    async run(): Promise<RecipeFound> {
      const start = performance.now();
      const found = await recipe.run(lab, inputs, params, options);
      samples.push(performance.now() - start);
      return found;
    },
    cost: (): RecipeCost => ({ ms: estimate(samples), workspaceBytes: seen.workspaceBytes }),
  };
}

/** By name: an error may come from another copy of its class. @throws all but refusals */
function refusalOf(error: unknown): string {
  if (error instanceof Error && ['OutOfMemoryError', 'UnsupportedError'].includes(error.name)) {
    return error.message;
  }
  throw error;
}
