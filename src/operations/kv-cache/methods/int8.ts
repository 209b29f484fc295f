import { affine } from '../codecs/coded.ts';
import { format } from '../format.ts';

const form = affine({ bits: 8 });

export const int8 = format({
  id: 'int8',
  title: 'INT8 by token',
  idea: 'Each key and each value is 256 steps between its least and its largest element.',
  formula: 'code = round((x − min) / s),  s = (max − min) / 255,  x̂ = min + s · code, by key and value',
  source: 'Dettmers et al., "LLM.int8()" (2022), by rows',
  forms: () => ({ keys: form, values: form }),
});
