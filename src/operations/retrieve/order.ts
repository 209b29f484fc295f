/**
 * The order in which documents are listed, as `shaders/lib/order.wesl` has it: larger scores first, then NaN; of equal ones, the
 * lower index.
 */
export function comesBefore(scores: ArrayLike<number>, a: number, b: number): boolean {
  const [scoreA = NaN, scoreB = NaN] = [scores[a], scores[b]];
  if (isSame(scoreA, scoreB)) return a < b;
  return Number.isNaN(scoreB) || scoreA > scoreB;
}

/** Whether two scores tie. */
export const isSame = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

/** The first `count` of some indices in that order. By default, of all. */
export function firstOf(scores: ArrayLike<number>, count: number, among?: readonly number[]): number[] {
  const list: number[] = [];
  const consider = (index: number): void => {
    const last = list.at(-1);
    if (list.length === count && (last === undefined || !comesBefore(scores, index, last))) return;
    if (list.length === count) list.pop();
    let place = list.length;
    for (let before = list[place - 1]; before !== undefined && comesBefore(scores, index, before);) {
      place--;
      before = list[place - 1];
    }
    list.splice(place, 0, index);
  };
  if (among === undefined) for (let index = 0; index < scores.length; index++) consider(index);
  else among.forEach(consider);
  return list;
}
