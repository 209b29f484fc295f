import { affine } from '../codecs/coded.ts';
import { format } from '../format.ts';
import { groupsFit, groupSize, residual } from './params.ts';

/** KIVI with codes of so many bits. */
const kivi = (bits: 2 | 4) =>
  format({
    id: `kivi-${bits}`,
    title: `KIVI, ${bits} bit`,
    idea: 'Keys have outlier channels, values do not: keys share scales channel by channel, values token by token. The last keys stay as they are.',
    formula:
      'k̂_c = min_c + s_c · code over groups of tokens, by channel c;  v̂ likewise over groups of channels, by token',
    source: 'Liu et al., "KIVI: A Tuning-Free Asymmetric 2bit Quantization for KV Cache" (2024)',
    params: [groupSize, residual],
    supports: ({ headDimV, params: { groupSize: channels = 1 } }) =>
      groupsFit('headDimV', headDimV, channels, bits),
    forms(problem) {
      const { groupSize: size = 32, residual: window = 0 } = problem.params;
      return { keys: affine({ bits, tokens: size }), values: affine({ bits, channels: size }), window };
    },
  });

export const kivi4 = kivi(4);
export const kivi2 = kivi(2);
