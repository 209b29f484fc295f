import type { AttendedRow } from './reference.ts';

/** The loss of a method against attention over the exact cache. Both are float64, so that no kernel has a part in it. */
export interface CacheLoss {
  /** ‖Ô − O‖₂ / ‖O‖₂ over all rows. */
  readonly outputRelL2: number;
  /** The largest difference of the scores of a key that is left. */
  readonly logitMaxAbs: number;
  /** KL(P ‖ P̂) in nats, the mean over rows. A key that is forgotten counts as if P̂ were 2^-24, or P where that is less. */
  readonly kl: number;
  /** The fraction of rows whose largest probability belongs to the same key. */
  readonly sameTop: number;
}

/** The least weight that a sum of f32 beside 1 still sees: it stands for the probability of a key that is forgotten. */
const FORGOTTEN = Math.log(2 ** -24);

/** Compares the attention of some rows over two caches. Rows that see nothing count for nothing. */
export function cacheLoss(exact: readonly AttendedRow[], coded: readonly AttendedRow[]): CacheLoss {
  let [rows, errors, squares, logitMaxAbs, divergence, same] = [0, 0, 0, 0, 0, 0];
  exact.forEach((row, index) => {
    const other = coded[index];
    if (other === undefined || row.lse === -Infinity) return;
    rows++;
    row.output.forEach((value, d) => {
      errors += ((other.output[d] ?? NaN) - value) ** 2;
      squares += value ** 2;
    });
    row.scores.forEach((score, position) => {
      if (score === -Infinity) return;
      const own = other.scores[position] ?? -Infinity;
      const log = (row.logits[position] ?? NaN) - row.lse;
      const isKept = own !== -Infinity;
      if (isKept) logitMaxAbs = Math.max(logitMaxAbs, Math.abs(own - score));
      divergence +=
        Math.exp(log) *
        (log - (isKept ? (other.logits[position] ?? NaN) - other.lse : Math.min(log, FORGOTTEN)));
    });
    if (topOf(row.logits) === topOf(other.logits)) same++;
  });
  return {
    outputRelL2: errors === 0 ? 0 : Math.sqrt(errors / squares),
    logitMaxAbs,
    // Rounding may leave less than nothing.
    kl: Math.max(0, divergence / rows),
    sameTop: same / rows,
  };
}

/** The key with the largest logit; of equal ones the first. −1 if there is none. */
function topOf(logits: Float64Array): number {
  let [top, most] = [-1, -Infinity];
  logits.forEach((logit, position) => {
    if (logit > most) [top, most] = [position, logit];
  });
  return top;
}
