/** The hardest negatives of some rows among some columns, most similar first, as `contrastive/lib/hardest.wesl` lists them. */
export interface HardestLists {
  /** −∞ where a row has no more. */
  readonly logits: Float32Array;
  readonly places: Uint32Array;
}

/** In `places` where a row has no more. */
const NOBODY = 2 ** 32 - 1;

/** Lists without an entry, of `count` places in all. */
export const emptyLists = (count: number): HardestLists => ({
  logits: new Float32Array(count).fill(-Infinity),
  places: new Uint32Array(count).fill(NOBODY),
});

/**
 * The lists of all columns. Of equal logits, that with the lower column comes first, and NaN after all numbers.
 * @param lists of ranges of columns, in ascending order
 * @param top entries of each row
 */
export function mergeHardest(lists: readonly HardestLists[], top: number): HardestLists {
  const count = lists[0]?.logits.length ?? 0;
  const merged = emptyLists(count);
  for (let first = 0; first < count; first += top) {
    const entries = lists.flatMap(({ logits, places }) =>
      Array.from({ length: top }, (_, at) => ({
        logit: logits[first + at] ?? NaN,
        place: places[first + at] ?? NOBODY,
      })).filter(({ place }) => place !== NOBODY),
    );
    entries.sort((a, b) => compare(orderOf(b.logit), orderOf(a.logit)) || a.place - b.place);
    for (const [at, { logit, place }] of entries.slice(0, top).entries()) {
      merged.logits[first + at] = logit;
      merged.places[first + at] = place;
    }
  }
  return merged;
}

const orderOf = (logit: number): number => (Number.isNaN(logit) ? -Infinity : logit);
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
