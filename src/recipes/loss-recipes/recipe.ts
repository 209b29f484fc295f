import { ShapeError } from '../../core/errors.ts';
import { requireOneOf } from '../../core/checks.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { FloatTensor } from '../../core/tensor.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import type { Rows } from './float64-rows.ts';

/** The calls that recipes are made of. */
export type RecipeLab = Pick<LabApi, 'contrastive' | 'retrieve' | 'upload' | 'release'>;

export type RecipeOptions = Pick<CallOptions, 'signal' | 'variant'>;

/** A parameter of a recipe: a number between two bounds, or one of some words. */
export interface RecipeParam<Value extends number | string = number | string> {
  readonly about: string;
  readonly initial: Value;
  /** All values that there are, where they are words. */
  readonly choices?: readonly Value[];
  readonly least?: number;
  readonly most?: number;
  /** Whole numbers only. */
  readonly whole?: true;
}

export type RecipeParams = Readonly<Record<string, number | string>>;

/** The result of one run. */
export interface RecipeFound<Name extends string = string> {
  /** The loss; of recipes that score rows, a number for each row. */
  readonly values: ArrayLike<number>;
  /** Gradients of the sum of the values, by the name of the input. Empty where a recipe has none. */
  readonly gradients: Readonly<Partial<Record<Name, FloatTensor>>>;
  /** Choices that gradients do not go through, by name: the reference says whether they are right, and takes them as they are. */
  readonly choices?: Readonly<Record<string, ArrayLike<number>>>;
}

/** Inputs as rows of doubles. */
export type RecipeRows<Name extends string = string> = Readonly<Record<Name, Rows>>;

/** The values of a recipe in float64, as a function of its inputs: choices are made once. */
export type Definition<Name extends string = string> = (rows: RecipeRows<Name>) => readonly number[];

/**
 * A loss that is made of calls: all that the command line, the page and the tests know of it.
 * @typeParam Name of its inputs
 */
export interface Recipe<Name extends string = string, Params extends RecipeParams = RecipeParams> {
  readonly id: string;
  readonly title: string;
  /** The idea in a sentence or two. */
  readonly idea: string;
  /** The loss, as a line of text. */
  readonly formula: string;
  /** Who published it: authors, title, year. */
  readonly source: string;
  readonly link: string;
  /** The call, as one writes it with the library. */
  readonly call: string;
  readonly params: { readonly [P in keyof Params]: RecipeParam<Params[P]> };
  /** Seeded matrices of about `size` rows. */
  inputs(seed: number, size: number): Readonly<Record<Name, FloatTensor>>;
  /** @throws ShapeError naming the argument; as the calls it is made of */
  run(
    lab: RecipeLab,
    inputs: Readonly<Record<Name, FloatTensor>>,
    params: Params,
    options: RecipeOptions,
  ): Promise<RecipeFound<Name>>;
  /**
   * Straight from the formula, in float64, and of nothing that `run` is made of.
   * @param choices those of `run`; where they are wrong, the values are NaN
   */
  reference(
    rows: RecipeRows<Name>,
    params: Params,
    choices: NonNullable<RecipeFound['choices']>,
  ): Definition<Name>;
}

/**
 * The parameters of a recipe, with initial values where none are given.
 * @throws ShapeError naming the parameter
 */
export function recipeParams({ params }: Pick<Recipe, 'params'>, given: RecipeParams = {}): RecipeParams {
  requireKnown(given, Object.keys(params));
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => {
      const value = given[name] ?? param.initial;
      requireParam(name, param, value);
      return [name, value];
    }),
  );
}

/** The values of a parameter in words. */
export function paramRange({ choices, least, most, whole }: RecipeParam): string {
  if (choices) return choices.map((choice) => `'${choice}'`).join(', ');
  const kind = whole ? 'a whole number' : 'a number';
  if (least !== undefined && most !== undefined) return `${kind} from ${least} to ${most}`;
  return least === undefined ? kind : `${kind} from ${least} up`;
}

function requireParam(name: string, param: RecipeParam, value: number | string): void {
  const { choices, least = -Infinity, most = Infinity, whole } = param;
  if (choices) {
    requireOneOf(name, value, choices.map(String));
    return;
  }
  const isRight = typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most;
  if (isRight && (whole === undefined || Number.isInteger(value))) return;
  throw new ShapeError(name, paramRange(param), String(value));
}

/** One study: which recipe, and on what. */
export interface RecipeStudyArgs {
  readonly id: string;
  readonly params?: RecipeParams;
  /** Rows of the seeded inputs. Default 256. */
  readonly size?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Rounds that are timed. Default 5; 0: none. */
  readonly rounds?: number;
}

export const STUDY_ARGUMENTS = argumentNames<RecipeStudyArgs>({
  id: true,
  params: true,
  size: true,
  seed: true,
  rounds: true,
});

/** The scale of the inner products, which most recipes have. */
export const LOGIT_SCALE: RecipeParam<number> = {
  about: 'factor of the inner products',
  initial: 10,
  least: 1e-3,
  most: 1000,
};
