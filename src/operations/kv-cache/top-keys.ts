/** So few are found one by one: each turn reads all scores, and sorting takes longer. */
const FEW = 8;

/** The places of the largest numbers, ascending; of equal ones the first. */
export function topKeys(scores: Float64Array, count: number): Int32Array {
  if (count <= FEW) return Int32Array.from(fewTopKeys(scores, count)).sort();
  const order = Int32Array.from(scores.keys());
  const at = (place: number) => scores[place] ?? -Infinity;
  // Int32Array.sort compares numbers as a function says, and is stable.
  order.sort((a, b) => at(b) - at(a) || a - b);
  return order.subarray(0, count).sort();
}

function fewTopKeys(scores: Float64Array, count: number): number[] {
  const found: number[] = [];
  while (found.length < Math.min(count, scores.length)) {
    let [best, most] = [-1, -Infinity];
    for (let place = 0; place < scores.length; place++) {
      const score = scores[place] ?? -Infinity;
      if ((best < 0 || score > most) && !found.includes(place)) [best, most] = [place, score];
    }
    found.push(best);
  }
  return found;
}
