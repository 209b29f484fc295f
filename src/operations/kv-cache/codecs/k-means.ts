/** Vectors that points are fitted to, at most, evenly spread; and turns of Lloyd's algorithm. */
const MOST_VECTORS = 512;
const TURNS = 5;

/**
 * Points that vectors lie near, by Lloyd's algorithm from evenly spread vectors. A point that no vector is nearest to stays where it is.
 * Nothing is drawn at random.
 * @param vectors [count, size] @returns [numPoints, size]
 */
export function points(vectors: Float64Array, size: number, numPoints: number): Float64Array {
  const sample = spread(vectors, size, MOST_VECTORS);
  const found = new Float64Array(numPoints * size);
  found.set(spread(sample, size, numPoints));
  const count = sample.length / size;
  for (let turn = 0; turn < TURNS; turn++) {
    const sums = new Float64Array(found.length);
    const members = new Float64Array(numPoints);
    for (let at = 0; at < count; at++) {
      const point = nearest(sample, at, found, size);
      members[point] = (members[point] ?? NaN) + 1;
      for (let d = 0; d < size; d++) {
        sums[point * size + d] = (sums[point * size + d] ?? NaN) + (sample[at * size + d] ?? NaN);
      }
    }
    for (let i = 0; i < found.length; i++) {
      const own = members[Math.floor(i / size)] ?? 0;
      if (own > 0) found[i] = (sums[i] ?? NaN) / own;
    }
  }
  return found;
}

/** The point nearest to the `at`-th vector; of two as near, the first. */
export function nearest(vectors: Float64Array, at: number, all: Float64Array, size: number): number {
  let [best, least] = [0, Infinity];
  for (let point = 0; point * size < all.length; point++) {
    let squares = 0;
    for (let d = 0; d < size; d++) {
      const apart = (vectors[at * size + d] ?? NaN) - (all[point * size + d] ?? NaN);
      squares += apart * apart;
    }
    if (squares < least) [best, least] = [point, squares];
  }
  return best;
}

/** Evenly spread vectors, of a number that is asked for; all of them where there are fewer. */
function spread(vectors: Float64Array, size: number, most: number): Float64Array {
  const count = vectors.length / size;
  if (count <= most) return vectors;
  return Float64Array.from({ length: most * size }, (_, index) => {
    const from = Math.floor((Math.floor(index / size) * count) / most);
    return vectors[from * size + (index % size)] ?? NaN;
  });
}
