import { requireSwitch } from './arguments.ts';
import { LOGITS, option } from './option.ts';

export const normalize = option({
  name: 'normalize',
  title: 'Normalise rows',
  help: 'divide each embedding by its length first, so that similarities are cosines, -1 to 1; gradients go through it',
  flag: '--normalize [yes|no]',
  group: LOGITS,
  control: {
    kind: 'choice',
    choices: [
      { value: 'no', label: 'no' },
      { value: 'yes', label: 'yes, with its gradient' },
    ],
  },
  bare: 'yes',
  example: 'yes',
  apply: (value) => ({ normalize: value === 'yes' }),
  check(problem) {
    requireSwitch('normalize', problem.normalize);
  },
  condition: { name: 'NORMALIZE', about: 'embeddings are divided by their lengths' },
  random: () => ({ normalize: true }),
  anySize: true,
});
