import { requireSwitch } from './arguments.ts';
import { LOSS, optionOfSome } from './option.ts';

export const metrics = optionOfSome('it ranks the one positive of each row', {
  name: 'metrics',
  title: 'Metrics',
  help: 'find in the same pass how high each positive ranks, the recall at 1, 5 and 10, and the mean and range of the logits',
  flag: '--metrics',
  group: LOSS,
  control: { kind: 'switch' },
  example: 'on',
  check(problem) {
    requireSwitch('metrics', problem.metrics);
  },
  condition: { name: 'METRICS', about: 'count who ranks above the positive, and measure the negatives' },
  random: () => ({ metrics: true }),
  anySize: true,
});
