import { format } from '../format.ts';
import { EXACT } from '../part.ts';

export const exact = format({
  id: 'exact',
  title: 'Exact',
  idea: 'Keys and values as they are, in f32: what the others are held against.',
  formula: 'k̂ = k,  v̂ = v',
  source: 'Vaswani et al., "Attention Is All You Need" (2017)',
  forms: () => EXACT,
});
