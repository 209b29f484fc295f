import { requireFinite } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { f32 } from '../../../core/plan.ts';
import { DEFAULT_SIGMA } from '../losses/dclw.ts';
import { REDUCTIONS, type Reduction } from '../problem.ts';
import { option, optionOfSome } from './option.ts';

const LOGITS = 'Logits';
const LOSS = 'Loss and metrics';

/** Each row's list is kept in order by one invocation. */
const MOST_HARDEST = 128;

const isReduction = (text: string): text is Reduction => REDUCTIONS.some((known) => known === text);

export const LOGIT_OPTIONS = [
  option({
    name: 'normalize',
    random: () => ({ normalize: true }),
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
    condition: { name: 'NORMALIZE', about: 'embeddings are divided by their lengths' },
  }),
  option({
    name: 'rowScales',
    random: () => ({ rowScales: true }),
    title: 'A scale for each row',
    help: 'each row has a logit scale of its own',
    flag: '--row-scales',
    group: LOGITS,
    control: { kind: 'switch' },
    example: 'on',
    condition: { name: 'ROW_SCALE', about: 'each row has its own logit scale' },
  }),
  optionOfSome('a softmax does not change when all logits do', {
    name: 'logitBias',
    random: (draw) => ({ logitBias: draw.oneOf(-10, 1) }),
    title: 'Logit bias',
    help: 'siglip: added to every logit',
    flag: '--logit-bias <x>',
    group: LOGITS,
    control: { kind: 'number', least: -1000, most: 1000 },
    unset: 'none',
    example: '-4',
    exampleWith: { loss: 'siglip' },
    check: ({ logitBias = 0 }) => {
      requireFinite('logitBias', logitBias);
    },
    uniforms: ({ logitBias = 0 }) => [f32('logit_bias', logitBias)],
  }),
  optionOfSome('it needs a softmax with one positive', {
    name: 'margin',
    random: (draw) => ({ margin: draw.oneOf(0.2, -0.1) }),
    title: 'Margin',
    help: 'taken from the similarity of each positive, before the scale',
    flag: '--margin <x>',
    group: LOGITS,
    control: { kind: 'number', least: -100, most: 100 },
    unset: 'none',
    example: '0.2',
    check: ({ margin = 0 }) => {
      requireFinite('margin', margin);
    },
    uniforms: ({ margin = 0 }) => [f32('margin', margin)],
  }),
];

export const LOSS_OPTIONS = [
  optionOfSome('it needs a distribution over candidates with one positive in it', {
    name: 'labelSmoothing',
    random: (draw) => ({ labelSmoothing: draw.oneOf(0.1, 0.9) }),
    title: 'Label smoothing',
    help: 'the share of the target that is spread over all candidates, from 0 to 1',
    flag: '--label-smoothing <x>',
    group: LOSS,
    control: { kind: 'number', least: 0, most: 1 },
    unset: 'none',
    example: '0.1',
    check({ labelSmoothing = 0 }) {
      if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
        throw new ShapeError('labelSmoothing', 'a number from 0 to 1', String(labelSmoothing));
      }
    },
    condition: { name: 'SMOOTHING', about: 'spread a part of the target over all candidates' },
    uniforms: ({ labelSmoothing = 0 }) => [f32('smoothing', labelSmoothing)],
  }),
  optionOfSome('nothing else weighs the positives', {
    name: 'sigma',
    random: (draw) => ({ sigma: draw.oneOf(0.3, 1) }),
    title: 'Sigma',
    help: 'dclw: the temperature of the weights',
    flag: '--sigma <x>',
    group: LOSS,
    control: { kind: 'number', above: 0, most: 1000 },
    unset: String(DEFAULT_SIGMA),
    example: '0.25',
    exampleWith: { loss: 'dclw' },
    check({ sigma = DEFAULT_SIGMA }) {
      if (!(sigma > 0 && Number.isFinite(sigma)))
        throw new ShapeError('sigma', 'a positive number', String(sigma));
    },
    uniforms: ({ sigma = DEFAULT_SIGMA }) => [f32('sigma', sigma)],
  }),
  option({
    name: 'reduction',
    random: (draw) => ({ reduction: draw.oneOf(...REDUCTIONS) }),
    title: 'Reduction',
    help: 'mean over the rows, their sum, or none: one loss per row',
    flag: '--reduction <name>',
    group: LOSS,
    control: { kind: 'choice', choices: REDUCTIONS.map((value) => ({ value, label: value })) },
    example: 'sum',
    apply: (value) => (isReduction(value) ? { reduction: value } : {}),
  }),
  optionOfSome('it ranks the one positive of each row', {
    name: 'metrics',
    random: () => ({ metrics: true }),
    title: 'Metrics',
    help: 'rank positives and measure logits in the pass that finds the losses',
    flag: '--metrics',
    group: LOSS,
    control: { kind: 'switch' },
    example: 'on',
    condition: { name: 'METRICS', about: 'count who ranks above the positive, and measure the negatives' },
  }),
  option({
    name: 'hardest',
    random: (draw) => ({ hardest: draw.int(1, 4) }),
    title: 'Hardest negatives',
    help: 'how many of each row’s most similar negatives to list',
    flag: '--hardest <k>',
    group: LOSS,
    control: { kind: 'count', most: MOST_HARDEST },
    unset: 'none',
    example: '4',
    check({ hardest = 1 }) {
      if (!(Number.isInteger(hardest) && hardest >= 1 && hardest <= MOST_HARDEST)) {
        throw new ShapeError('hardest', `a whole number from 1 to ${MOST_HARDEST}`, String(hardest));
      }
    },
    condition: { name: 'HARDEST', about: 'list the negatives of each row that are most similar' },
  }),
];
