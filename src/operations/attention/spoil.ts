import type { DataArray } from '../../core/dtype.ts';
import { toHalf } from '../../core/half.ts';
import type { Arrays } from '../../core/variant.ts';
import { referenceData } from './data.ts';
import { storedKeys, storedRows } from './pages.ts';
import { slotsOfGroup } from './selected.ts';
import { groupSize, type AttentionProblem } from './problem.ts';
import { scoresOfRow } from './reference.ts';

/** Values that are put into hidden places, one after another. */
const NO_NUMBERS = [NaN, Infinity, -Infinity] as const;

/**
 * Inputs with no numbers wherever nothing is seen: in keys and values that no row sees, and in queries and gradients of
 * the output of rows that see no key. No result may show them. Inputs that are spoiled already are spoiled no further.
 */
export function spoilHidden(problem: AttentionProblem, inputs: Arrays): Arrays {
  const { batch, numHeads, seqLenQ } = problem;
  const data = referenceData(problem, inputs);
  const seesNone: number[] = [];
  const seen = new Set<number>();
  for (let row = 0; row < batch * numHeads * seqLenQ; row++) {
    const group = Math.floor(row / seqLenQ / groupSize(problem));
    const keyRow = storedRows(problem, data.pageTable, group);
    const { keyIn } = slotsOfGroup(problem, data.chosenKeys, group);
    const keys = [...scoresOfRow(problem, data, row).entries()].filter(([, score]) => score !== -Infinity);
    keys.forEach(([slot]) => seen.add(keyRow(keyIn(slot))));
    if (keys.length === 0) seesNone.push(row);
  }
  const unseen = Array.from({ length: storedKeys(problem) }, (_, key) => key).filter((key) => !seen.has(key));
  const spoiled = (name: string, lines: readonly number[], width: number) =>
    inputs[name] && { [name]: withNoNumbers(inputs[name], lines, width) };
  return {
    ...spoiled('query', seesNone, problem.headDim),
    ...spoiled('key', unseen, problem.headDim),
    ...spoiled('value', unseen, problem.headDimV),
    ...spoiled('outputGrad', seesNone, problem.headDimV),
  };
}

/** A tensor with other numbers in some of its rows. */
export function withNoNumbers(values: DataArray, lines: readonly number[], width: number): DataArray {
  const result = values.slice();
  const spoils =
    values instanceof Uint16Array ? toHalf(Float32Array.from(NO_NUMBERS)) : Float32Array.from(NO_NUMBERS);
  lines.forEach((line, at) =>
    result.fill(spoils[at % spoils.length] ?? NaN, line * width, (line + 1) * width),
  );
  return result;
}
