/** In place of a label that is dropped, as kernels and the reference read it. */
export const DROPPED = 2 ** 32 - 1;

/** Labels, those equal to `ignoreIndex` marked as dropped, and behind them how many are kept. */
export function withDropped(labels: ArrayLike<number>, ignoreIndex: number | undefined): Uint32Array {
  const list = Uint32Array.from(labels, (label) => (label === ignoreIndex ? DROPPED : label));
  const kept = list.reduce((count, label) => count + (label === DROPPED ? 0 : 1), 0);
  return Uint32Array.of(...list, kept);
}
