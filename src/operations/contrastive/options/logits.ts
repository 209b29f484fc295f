import { optionsOf } from '../../../core/option.ts';
import { REDUCTIONS, type ContrastiveProblem, type Reduction } from '../problem.ts';

const option = optionsOf<ContrastiveProblem>();

const LOGITS = 'Logits';
const LOSS = 'Loss and metrics';

const isReduction = (text: string): text is Reduction => REDUCTIONS.some((known) => known === text);

export const LOGIT_OPTIONS = [
  option({
    name: 'normalize',
    title: 'Normalise rows',
    help: 'rows are L2-normalised inside, and gradients go through it',
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
  }),
  option({
    name: 'rowScales',
    title: 'A scale for each row',
    help: 'each row has a logit scale of its own',
    flag: '--row-scales',
    group: LOGITS,
    control: { kind: 'switch' },
    example: 'on',
  }),
  option({
    name: 'logitBias',
    title: 'Logit bias',
    help: 'siglip: added to every logit',
    flag: '--logit-bias <x>',
    group: LOGITS,
    control: { kind: 'number', least: -1000, most: 1000 },
    unset: 'none',
    example: '-4',
    exampleWith: { loss: 'siglip' },
  }),
  option({
    name: 'margin',
    title: 'Margin',
    help: 'taken from the similarity of each positive, before the scale',
    flag: '--margin <x>',
    group: LOGITS,
    control: { kind: 'number', least: -100, most: 100 },
    unset: 'none',
    example: '0.2',
  }),
];

export const LOSS_OPTIONS = [
  option({
    name: 'labelSmoothing',
    title: 'Label smoothing',
    help: 'the share of the target that is spread over all candidates, from 0 to 1',
    flag: '--label-smoothing <x>',
    group: LOSS,
    control: { kind: 'number', least: 0, most: 1 },
    unset: 'none',
    example: '0.1',
  }),
  option({
    name: 'sigma',
    title: 'Sigma',
    help: 'dclw: the temperature of the weights',
    flag: '--sigma <x>',
    group: LOSS,
    control: { kind: 'number', above: 0, most: 1000 },
    unset: '0.5',
    example: '0.25',
    exampleWith: { loss: 'dclw' },
  }),
  option({
    name: 'reduction',
    title: 'Reduction',
    help: 'mean over the rows, their sum, or none: one loss per row',
    flag: '--reduction <name>',
    group: LOSS,
    control: { kind: 'choice', choices: REDUCTIONS.map((value) => ({ value, label: value })) },
    example: 'sum',
    apply: (value) => (isReduction(value) ? { reduction: value } : {}),
  }),
  option({
    name: 'metrics',
    title: 'Metrics',
    help: 'rank positives and measure logits in the pass that finds the losses',
    flag: '--metrics',
    group: LOSS,
    control: { kind: 'switch' },
    example: 'on',
  }),
  option({
    name: 'hardest',
    title: 'Hardest negatives',
    help: 'how many of each row’s most similar negatives to list',
    flag: '--hardest <k>',
    group: LOSS,
    control: { kind: 'count', most: 128 },
    unset: 'none',
    example: '4',
  }),
];
