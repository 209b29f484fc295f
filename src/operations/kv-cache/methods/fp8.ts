import { coded } from '../codecs/coded.ts';
import { e4m3 } from '../codecs/levels.ts';
import { byLargest } from '../codecs/scales.ts';
import { format } from '../format.ts';

const form = coded(e4m3, byLargest(e4m3.largest), {});

export const fp8 = format({
  id: 'fp8',
  title: 'FP8 by token',
  idea: 'Floats of 8 bits, E4M3: small elements keep digits of their own. Each key and each value has a scale.',
  formula: 'x̂ = s · E4M3(code),  s = max |x| / 448',
  source: 'Micikevicius et al., "FP8 Formats for Deep Learning" (2022)',
  forms: () => ({ keys: form, values: form }),
});
