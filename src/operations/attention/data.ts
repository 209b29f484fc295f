import { requireArray } from '../../core/checks.ts';
import { toHalf, valuesOf } from '../../core/half.ts';
import { normals } from '../../core/random.ts';
import type { Arrays } from '../../core/variant.ts';
import { optionValues } from '../../core/option-data.ts';
import { attentionOptions } from './options/index.ts';
import { madeSummary, summaryBlocks, summaryLines } from './key-summary.ts';
import { twinsOf } from './presets/index.ts';
import type { Twins } from './presets/preset.ts';
import { attentionSizes, type AttentionProblem } from './problem.ts';
import type { AttentionData } from './reference.ts';

/** The largest relative error of rounding to f16: what an f16 output may be off by besides. */
export const HALF_ROUNDING = 2 ** -11;

/** Seeded values in the problem's dtype. */
export const inDtype = ({ dtype }: AttentionProblem, values: Float32Array): Float32Array | Uint16Array =>
  dtype === 'f16' ? toHalf(values) : values;

/** Seeded query, key and value. */
export function attentionTensors(problem: AttentionProblem, seed: number) {
  const { query, key, value } = attentionSizes(problem);
  return {
    query: inDtype(problem, normals(query, seed)),
    key: inDtype(problem, normals(key, seed + 1)),
    value: inDtype(problem, normals(value, seed + 2)),
  };
}

/** The values of an input or output, f16 or f32. */
export const valuesIn = (arrays: Arrays, name: string) => valuesOf(requireArray(arrays, name));

/**
 * A plan's inputs as the reference takes them.
 * @param twins of the modifiers; by default those of the presets that made them
 */
export function referenceData(
  problem: AttentionProblem,
  inputs: Arrays,
  twins: Twins = twinsOf(problem),
): AttentionData {
  return {
    query: valuesIn(inputs, 'query'),
    key: valuesIn(inputs, 'key'),
    value: valuesIn(inputs, 'value'),
    ...optionValues(attentionOptions, problem, inputs),
    ...twins,
  };
}

/** The summary of the keys as an input, where the problem has it given. */
export function givenSummary(problem: AttentionProblem, inputs: Arrays): Arrays {
  if (problem.selected?.summary !== 'given') return {};
  const [lines, blocks] = [summaryLines(problem), summaryBlocks(problem)];
  const data = referenceData(problem, inputs);
  const result = new Float32Array(problem.batch * problem.numKVHeads * lines * blocks);
  for (let group = 0; group < problem.batch * problem.numKVHeads; group++) {
    const at = madeSummary(problem, data, group);
    for (let line = 0; line < lines; line++) {
      const first = (group * lines + line) * blocks;
      for (let block = 0; block < blocks; block++) result[first + block] = at(line, block);
    }
  }
  return { keySummary: result };
}
