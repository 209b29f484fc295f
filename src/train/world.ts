/**
 * The little world that towers learn: groups of coloured shapes, of a size and in a place, on a ground. A description is one choice
 * from every list, and has a number: it is what a picture shows, and all that its words say.
 */
export const COUNTS = ['one', 'two', 'three', 'four'] as const;
export const SIZES = ['small', 'large'] as const;
export const COLOURS = ['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink'] as const;
export const SHAPES = ['circle', 'square', 'triangle', 'cross', 'ring'] as const;
export const PLACES = [
  ...(['top left', 'top', 'top right'] as const),
  ...(['left', 'centre', 'right'] as const),
  ...(['bottom left', 'bottom', 'bottom right'] as const),
] as const;
export const GROUNDS = ['black', 'white', 'grey', 'brown'] as const;

export interface Scene {
  readonly count: (typeof COUNTS)[number];
  readonly size: (typeof SIZES)[number];
  readonly colour: (typeof COLOURS)[number];
  readonly shape: (typeof SHAPES)[number];
  readonly place: (typeof PLACES)[number];
  readonly ground: (typeof GROUNDS)[number];
}

/** How many descriptions there are. */
export const DESCRIPTIONS = [COUNTS, SIZES, COLOURS, SHAPES, PLACES, GROUNDS].reduce(
  (product, { length }) => product * length,
  1,
);

/** The description of a number, which is read digit by digit. */
export function sceneOf(description: number): Scene {
  let rest = description;
  const choice = <T>(list: readonly [T, ...T[]]): T => {
    const chosen = list[rest % list.length] ?? list[0];
    rest = Math.floor(rest / list.length);
    return chosen;
  };
  return {
    count: choice(COUNTS),
    size: choice(SIZES),
    colour: choice(COLOURS),
    shape: choice(SHAPES),
    place: choice(PLACES),
    ground: choice(GROUNDS),
  };
}

const plural = (shape: string): string => (shape.endsWith('ss') ? `${shape}es` : `${shape}s`);

/** `three small red circles at the top left on black`. */
export function wordsOf(description: number): string {
  const { count, size, colour, shape, place, ground } = sceneOf(description);
  const shapes = count === 'one' ? shape : plural(shape);
  return `${count} ${size} ${colour} ${shapes} at the ${place} on ${ground}`;
}
