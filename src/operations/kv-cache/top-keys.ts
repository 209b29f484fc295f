/** The places of the largest numbers, ascending; of equal ones the first. */
export function topKeys(scores: Float64Array, count: number): Int32Array {
  const order = Int32Array.from(scores.keys());
  const at = (place: number) => scores[place] ?? -Infinity;
  // Int32Array.sort compares numbers as a function says, and is stable.
  order.sort((a, b) => at(b) - at(a) || a - b);
  return order.subarray(0, count).sort();
}
