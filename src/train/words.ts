import { COLOURS, COUNTS, GROUNDS, PLACES, SHAPES, SIZES } from './world.ts';

/** The words that the tower knows, each once. `at`, `the` and `on` say nothing, and are not among them. */
export const VOCABULARY: readonly string[] = [
  ...new Set([
    ...[...COUNTS, ...SIZES, ...COLOURS, ...SHAPES, ...GROUNDS],
    ...PLACES.flatMap((place) => place.split(' ')),
  ]),
];

const PLACE_OF_WORD: ReadonlyMap<string, number> = new Map(VOCABULARY.map((word, at) => [word, at]));

/** Other words for the same. */
const SAME: Readonly<Record<string, string>> = {
  ...{ a: 'one', an: 'one', '1': 'one', '2': 'two', '3': 'three', '4': 'four' },
  ...{ big: 'large', little: 'small', tiny: 'small', gray: 'grey', violet: 'purple' },
  ...{ middle: 'centre', center: 'centre', upper: 'top', lower: 'bottom', disc: 'circle', plus: 'cross' },
};

const SILENT: ReadonlySet<string> = new Set(['at', 'the', 'on', 'in', 'of', 'and', 'ground', 'background']);

/** A text as the tower takes it, and the words of it that the tower does not know. */
export interface Read {
  /** How often each word of the vocabulary occurs: their embeddings are summed so many times. */
  readonly counts: Float32Array;
  readonly unknown: readonly string[];
}

export function readWords(text: string): Read {
  const counts = new Float32Array(VOCABULARY.length);
  const unknown: string[] = [];
  for (const word of text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []) {
    const place = placeOf(word);
    if (place !== undefined) counts[place] = (counts[place] ?? 0) + 1;
    else if (!SILENT.has(word)) unknown.push(word);
  }
  return { counts, unknown };
}

function placeOf(word: string): number | undefined {
  const forms = [word, word.replace(/s$/, ''), word.replace(/es$/, '')];
  for (const form of forms) {
    const place = PLACE_OF_WORD.get(SAME[form] ?? form);
    if (place !== undefined) return place;
  }
  return undefined;
}
