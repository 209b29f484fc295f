import type { Comparison } from './comparison.ts';
import { errorMap, type ErrorMap } from './error-map.ts';

/** How far a result is from the float64 reference. */
export interface Deviation {
  readonly maxAbs: number;
  /** ‖out − ref‖₂ / ‖ref‖₂, the largest over the outputs. */
  readonly relL2: number;
  /** The largest `relL2` that is allowed. */
  readonly bound: number;
  /** Every output was within its bound and nothing was NaN. */
  readonly ok: boolean;
  /** The rows that were compared, in words: `all 4096 rows`, or `64 of 4096 rows`. */
  readonly coverage: string;
  /** retrieve: the share of the nearest, by elements as they were given, that the lists of the compared rows have. */
  readonly recall?: number;
  /** Where the output that is furthest off is off, if it is not ok. */
  readonly map?: ErrorMap;
}

/** The largest deviation over several outputs. Equal infinities agree; NaN never does. */
export function compare(pairs: readonly Comparison[], bound: number, coverage: string): Deviation {
  let [maxAbs, relL2] = [0, 0];
  let worst: Comparison | undefined;
  for (const pair of pairs) {
    const { actual, expected, floor = 0 } = pair;
    let [errorSquares, squares] = [0, 0];
    if (actual.length !== expected.length) return { maxAbs: NaN, relL2: NaN, bound, ok: false, coverage };
    for (let i = 0; i < expected.length; i++) {
      const [a, e] = [actual[i] ?? NaN, expected[i] ?? NaN];
      const error = a === e ? 0 : Math.abs(a - e);
      // Not Math.max, which would do, but for NaN: it must stick.
      if (!(error <= maxAbs)) maxAbs = error;
      errorSquares += error * error;
      if (Number.isFinite(e)) squares += e * e;
    }
    const size = Math.max(Math.sqrt(squares), floor);
    const relative = errorSquares === 0 ? 0 : Math.sqrt(errorSquares) / size;
    if (!(relative <= relL2)) {
      relL2 = relative;
      worst = pair;
    }
  }
  const ok = relL2 <= bound;
  const map = ok || worst === undefined ? undefined : errorMap(worst);
  return { maxAbs, relL2, bound, ok, coverage, ...(map && { map }) };
}

/** The worse of two comparisons: the one that comes closer to its bound, or exceeds it. */
export function worse(a: Deviation, b: Deviation): Deviation {
  const share = ({ ok, relL2, bound }: Deviation) => (ok ? relL2 / bound : Infinity);
  return share(a) >= share(b) ? a : b;
}
