import type { BoundProblem } from '../core/bind.ts';
import { powerOfTwo } from './attention/passes/passes.ts';

/**
 * Problems that are likely to want the same parameters of a variant, in words: operation (and with it the direction),
 * variant, dtype, width buckets (the next power of two) and size class. Masks and options are left out: they change
 * how many tiles are visited, not how one is computed.
 */
export function problemClass({ operation, problem }: BoundProblem, variant: string): string {
  const number = (name: string): number => {
    const value = problem[name];
    return typeof value === 'number' ? value : 1;
  };
  const width = (name: string) => `${name} ≤ ${powerOfTwo(number(name))}`;
  if ('numRows' in problem) {
    const { loss, gradients } = problem;
    const wanted = Array.isArray(gradients) && gradients.length > 0 ? gradients.join(' ') : 'loss alone';
    const size = sizeClass(Math.max(number('numRows'), number('numCols')));
    return [operation, variant, 'f32', String(loss), wanted, width('embedDim'), size].join(' · ');
  }
  const dtype = problem['dtype'] === 'f16' ? 'f16' : 'f32';
  const rowsPerHead = (number('seqLenQ') * number('numHeads')) / number('numKVHeads');
  const rows = rowsPerHead <= FEW_ROWS ? 'few rows' : 'many rows';
  const size = sizeClass(number('seqLenKV'));
  return [operation, variant, dtype, width('headDim'), width('headDimV'), rows, size].join(' · ');
}

/** Rows that share a key/value head, up to which a tile cannot be filled: decoding. */
const FEW_ROWS = 32;

/** Up to 256, 1024, 4096 … */
function sizeClass(size: number): string {
  return `size ≤ ${Math.max(256, 4 ** Math.ceil(Math.log2(size) / 2))}`;
}
