import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import { BASIC } from '../../../core/option.ts';
import { describe } from '../../../core/tensor.ts';
import { DEFAULT_LOSS, lossOf } from '../losses/index.ts';
import { GRADIENTS, type Gradient } from '../problem.ts';
import { option } from './option.ts';

const isGradient = (text: string): text is Gradient => GRADIENTS.some((known) => known === text);

/** Follows what decides whether there is a y. */
export const gradients = option({
  name: 'gradients',
  title: 'Gradients',
  help: 'which gradients to compute beside the loss: some of x, y, logitScale and logitBias, separated by commas; all that the loss has; or none',
  flag: '--gradients <names>',
  group: BASIC,
  control: { kind: 'choices', choices: GRADIENTS.map((value) => ({ value, label: value })) },
  example: 'x',
  arguments: {
    gradients(value) {
      if (!Array.isArray(value)) throw new ShapeError('gradients', 'a list', describe(value));
      return { fields: { gradients: value } };
    },
  },
  check({ loss: id, gradients: wanted }) {
    if (wanted.includes('logitBias') && !lossOf(id).options.includes('logitBias')) {
      throw new UnsupportedError(`gradients 'logitBias': the ${id} loss has no logitBias`, 'gradients');
    }
  },
  apply(wanted, { loss: id = DEFAULT_LOSS, oneTensor = false, columnLabels = false }) {
    const { oneTensor: never, options } = lossOf(id);
    const hasY = columnLabels || (never !== true && !oneTensor);
    const has = (gradient: Gradient) =>
      gradient === 'y' ? hasY : gradient === 'logitBias' ? options.includes('logitBias') : true;
    return { gradients: wanted.filter(isGradient).filter(has) };
  },
  anySize: true,
});
