import { CODEBOOK_BITS, coupled } from '../codecs/coupled.ts';
import { format } from '../format.ts';

export const cq = format({
  id: 'cq',
  title: 'Coupled quantization',
  idea: `Neighbouring channels depend on each other, so they share one code of ${CODEBOOK_BITS} bits: the nearest of ${2 ** CODEBOOK_BITS} points that k-means found for them. 4 channels make 2 bits each, 8 make 1.`,
  formula:
    'x̂_C = point_C[code_C],  code_C = argmin ‖x_C − point_C[i]‖, for each set C of neighbouring channels',
  source:
    'Zhang et al., "KV Cache is 1 Bit Per Channel: Efficient Large Language Model Inference with Coupled Quantization" (2024)',
  params: [{ name: 'coupled', about: 'channels that share a code', initial: 4, choices: [4, 8] }],
  supports({ headDim, headDimV, params: { coupled: channels = 4 } }) {
    const odd = [headDim, headDimV].find((width) => width % channels !== 0);
    return odd === undefined || `headDim ${odd} is no multiple of ${channels}`;
  },
  forms(problem) {
    const form = coupled(problem.params['coupled'] ?? 4);
    return { keys: form, values: form };
  },
});
