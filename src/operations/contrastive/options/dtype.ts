import { DTYPE } from '../../../core/option-dtype.ts';
import { LOGITS, option } from './option.ts';

export const dtype = option({
  ...DTYPE,
  help: 'what x and y are held in: f32, or f16 where the device has shader-f16. Sums and gradients are f32',
  group: LOGITS,
});
