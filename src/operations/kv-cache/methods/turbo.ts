import { hadamard, inBasis } from '../codecs/basis.ts';
import { coded } from '../codecs/coded.ts';
import { normal16 } from '../codecs/levels.ts';
import { byNorm } from '../codecs/scales.ts';
import { format } from '../format.ts';

export const turbo4 = format({
  id: 'turbo-4',
  title: 'TurboQuant, 4 bit',
  idea: 'Random signs and a Hadamard transform make the elements of any vector nearly normal, so that one codebook of 16 levels suits all; the norm is kept beside.',
  formula: 'x̂ = σ · level(code) Hᵀ S,  S signs at random,  σ = ‖x‖ / √d,  level: 16 of a normal number',
  source:
    'Zandieh et al., "TurboQuant: Online Vector Quantization with Near-optimal Distortion Rate" (2025), its first stage',
  params: [{ name: 'seed', about: 'other signs', initial: 1, least: 1, whole: true }],
  forms(problem) {
    const form = inBasis(hadamard(problem.params['seed'] ?? 1), coded(normal16, byNorm, {}));
    return { keys: form, values: form };
  },
});
