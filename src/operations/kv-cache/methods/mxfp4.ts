import { coded } from '../codecs/coded.ts';
import { e2m1 } from '../codecs/levels.ts';
import { byExponent } from '../codecs/scales.ts';
import { format } from '../format.ts';
import { bothFit, groupSize } from './params.ts';

export const mxfp4 = format({
  id: 'mxfp4',
  title: 'MXFP4',
  idea: 'Floats of 4 bits, E2M1, and for each 32 of them a power of two in a byte. An outlier makes its neighbours coarse.',
  formula: 'x̂ = 2^e · E2M1(code),  e = ⌊log₂ max |x|⌋ − 2, by group',
  source: 'Rouhani et al., "Microscaling Data Formats for Deep Learning" (2023)',
  params: [groupSize],
  supports: (problem) => bothFit(problem, 4),
  forms(problem) {
    // The largest power of two among the levels is 4.
    const form = coded(e2m1, byExponent(2), { channels: problem.params['groupSize'] ?? 32 });
    return { keys: form, values: form };
  },
});
