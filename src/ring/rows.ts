import type { DataArray } from '../core/dtype.ts';
import type { Arrays } from '../core/variant.ts';
import type { Homes } from '../operations/contrastive/ring/merge-lines.ts';
import { colsOfRank, rowsOfRank, type Range } from '../operations/contrastive/ring/part.ts';

/** A rank's rows of embeddings; what is known of lines goes to every rank whole. */
export function rankInputs({ problem, rows, cols }: Homes, rank: number, inputs: Arrays): Arrays {
  const { embedDim, rowNegatives = 0 } = problem;
  const cut = (data: DataArray, { first, count }: Range, width: number) =>
    data.slice(first * width, (first + count) * width);
  const own = rowsOfRank({ rows, rank });
  return Object.fromEntries(
    Object.entries(inputs).map(([name, data]) => {
      if (name === 'x') return [name, cut(data, own, embedDim)];
      if (name === 'y') return [name, cut(data, colsOfRank({ cols, rank }), embedDim)];
      if (name === 'rowNegatives') return [name, cut(data, own, rowNegatives * embedDim)];
      return [name, data.slice()];
    }),
  );
}

/** The ranks' outputs as a plan for one device gives them. */
export function joinOutputs({ problem }: Homes, parts: readonly Arrays[]): Arrays {
  const { scaleTerms, biasTerms, lossTerms, ...first } = parts[0] ?? {};
  const joined = (name: string): DataArray => endToEnd(parts.flatMap((part) => part[name] ?? []));
  const outputs: Record<string, DataArray> = { ...first };
  for (const name of ['xGrad', 'yGrad', 'hardestLogits', 'hardestPlaces']) {
    if (first[name] !== undefined) outputs[name] = joined(name);
  }
  if (scaleTerms) {
    outputs['logitScaleGrad'] =
      problem.rowScales === true ? joined('scaleTerms') : total(joined('scaleTerms'));
  }
  if (biasTerms) outputs['logitBiasGrad'] = total(joined('biasTerms'));
  if (lossTerms) {
    outputs['loss'] = problem.reduction === 'none' ? joined('lossTerms') : total(joined('lossTerms'));
  }
  return outputs;
}

function total(terms: DataArray): Float32Array {
  let sum = 0;
  for (const term of terms) sum += term;
  return Float32Array.of(sum);
}

/** Arrays of one type. */
function endToEnd(parts: readonly DataArray[]): DataArray {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = parts[0] instanceof Uint32Array ? new Uint32Array(length) : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
