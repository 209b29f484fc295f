import { ShapeError } from '../../../core/errors.ts';
import type { Recipe } from '../recipe.ts';
import { filtered } from './filtered.ts';
import { mixedNegatives } from './mixed-negatives.ts';
import { modalities } from './modalities.ts';
import { multiLabel } from './multi-label.ts';
import { neighbours } from './neighbours.ts';
import { polyView } from './poly-view.ts';
import { prototypes } from './prototypes.ts';
import { rowsToLearn } from './rows-to-learn.ts';
import { sharedClasses } from './shared-classes.ts';
import { temperatures } from './temperatures.ts';
import { tico } from './tico.ts';
import { triplets } from './triplets.ts';

/** Losses that are made of calls, in the order of docs/loss-recipes.md. */
export const RECIPES: readonly Recipe[] = [
  mixedNegatives,
  prototypes,
  neighbours,
  filtered,
  polyView,
  sharedClasses,
  modalities,
  tico,
  triplets,
  rowsToLearn,
  temperatures,
  multiLabel,
];

/** @throws ShapeError that names all there are */
export function requireRecipe(id: string): Recipe {
  const recipe = RECIPES.find((one) => one.id === id);
  if (recipe) return recipe;
  throw new ShapeError('id', RECIPES.map((one) => one.id).join(', '), `'${id}'`);
}
