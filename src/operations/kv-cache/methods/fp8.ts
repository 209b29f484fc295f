import { coded } from '../codecs/coded.ts';
import { e4m3 } from '../codecs/levels.ts';
import { byLargest } from '../codecs/scales.ts';
import type { CacheMethod } from '../method.ts';
import { whole } from '../part.ts';

const form = coded(e4m3, byLargest(e4m3.largest), {});

export const fp8: CacheMethod = {
  id: 'fp8',
  kind: 'format',
  title: 'FP8 by token',
  idea: 'Floats of 8 bits, E4M3: small elements keep digits of their own. Each key and each value has a scale.',
  source: 'Micikevicius et al., "FP8 Formats for Deep Learning" (2022)',
  params: [],
  parts: (problem) => whole(problem, { keys: form, values: form }),
};
