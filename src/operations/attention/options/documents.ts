/** Where documents of these lengths start, repeated until `total` tokens are full; last, where they end. */
export function startsOf(lengths: readonly number[], total: number): number[] {
  const starts = [0];
  for (let at = 0, index = 0; at < total; index++) {
    at = Math.min(total, at + Math.max(1, lengths[index % lengths.length] ?? total));
    starts.push(at);
  }
  return starts;
}
