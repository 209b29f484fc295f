import { z } from '../../../core/schema.ts';
import { paramRange, type RecipeParam, type RecipeStudyArgs } from '../../../recipes/loss-recipes/recipe.ts';
import { RECIPES, requireRecipe } from '../../../recipes/loss-recipes/table/index.ts';
import { addIssue, count, type Fields, type Settings } from '../../form/fields.ts';

/** The most rows that a page tries: the naive variant stores their matrix. */
const MOST_ROWS = 8192;
const MOST_ROUNDS = 50;

/** The parameters of all recipes, each name once. */
export const PARAM_NAMES: readonly string[] = [
  ...new Set(RECIPES.flatMap(({ params }) => Object.keys(params))),
];

/** Parameters without a text have the initial value of their recipe. */
export const UNSET_PARAMS: Fields = Object.fromEntries(PARAM_NAMES.map((name) => [name, '']));

export const RECIPES_DEFAULTS: Fields = {
  ...{ recipe: 'poly-view', size: '256', seed: '1', rounds: '5' },
  ...UNSET_PARAMS,
};

export const RECIPES_SETTINGS: Settings<RecipeStudyArgs> = {
  version: 1,
  unset: RECIPES_DEFAULTS,
  schema: z.pipe(
    z.catchall(
      z.object({
        recipe: z.enum(
          RECIPES.map(({ id }) => id),
          'There is no such recipe.',
        ),
        size: count(MOST_ROWS, 2),
        seed: count(10_000),
        rounds: count(MOST_ROUNDS),
      }),
      z.string(),
    ),
    z.transform(({ recipe: id, size, seed, rounds, ...texts }, context): RecipeStudyArgs => {
      const params = Object.entries(requireRecipe(id).params).flatMap(([name, param]) => {
        const text = texts[name]?.trim() ?? '';
        if (text === '') return [];
        const value = valueOf(param, text);
        if (value === undefined) {
          addIssue(context, { path: [name], message: `Enter ${paramRange(param)}.` });
        }
        return value === undefined ? [] : [[name, value] as const];
      });
      return { id, size, seed, rounds, params: Object.fromEntries(params) };
    }),
  ),
};

/** The value that a text stands for; `undefined` if the parameter cannot have it. */
function valueOf(
  { choices, least = -Infinity, most = Infinity, whole }: RecipeParam,
  text: string,
): number | string | undefined {
  if (choices) return choices.find((choice) => choice === text);
  const value = Number(text);
  const isRight = Number.isFinite(value) && value >= least && value <= most;
  return isRight && (whole === undefined || Number.isInteger(value)) ? value : undefined;
}
