import { hadamard, inBasis } from '../codecs/basis.ts';
import { affine } from '../codecs/coded.ts';
import { format } from '../format.ts';
import { bothFit, groupSize, residual } from './params.ts';

/** RotateKV with codes of so many bits. */
const rotate = (bits: 2 | 4) =>
  format({
    id: `rotate-${bits}`,
    title: `RotateKV, ${bits} bit`,
    idea: 'A Hadamard transform spreads outliers over all channels, so that codes by token do for keys, too. The query is transformed as well, and the output back.',
    formula:
      'q · k = (qH) · (kH),  H orthonormal of ±1/√d;  kH and vH as codes by token,  x̂ = (min + s · code) Hᵀ',
    source:
      'Su et al., "RotateKV: Accurate and Robust 2-Bit KV Cache Quantization via Outlier-Aware Adaptive Rotations" (2025), without its order of channels',
    // Rotated elements are alike: one scale does for all of a head.
    params: [{ ...groupSize, initial: 128 }, residual],
    supports: (problem) => bothFit(problem, bits),
    forms(problem) {
      const { groupSize: channels = 128, residual: window = 0 } = problem.params;
      const form = inBasis(hadamard(0), affine({ bits, channels }));
      return { keys: form, values: form, window };
    },
  });

export const rotate4 = rotate(4);
export const rotate2 = rotate(2);
