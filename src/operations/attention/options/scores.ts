import { optionsOf } from '../../../core/option.ts';
import type { AttentionProblem } from '../problem.ts';
import { BROADCAST_CHOICES, BROADCAST_HELP, broadcastShape } from './masks.ts';

const option = optionsOf<AttentionProblem>();

const SCORES = 'Scores';
const PRECISION = 'Precision';

export const softmaxScale = option({
  name: 'softmaxScale',
  title: 'Softmax scale',
  help: 'scores are this times ⟨query, key⟩',
  flag: '--softmax-scale <x>',
  group: SCORES,
  control: { kind: 'number', least: -1e6, most: 1e6 },
  unset: '1/√head dim',
  example: '0.5',
});

export const softcap = option({
  name: 'softcap',
  title: 'Softcap',
  help: 'scores become x · tanh(score / x)',
  flag: '--softcap <x>',
  group: SCORES,
  control: { kind: 'number', above: 0, most: 1e6 },
  unset: 'none',
  example: '30',
});

export const SCORE_OPTIONS = [
  option({
    name: 'bias',
    title: 'Bias',
    help: `add a bias: ${BROADCAST_HELP}`,
    flag: '--bias <of>',
    group: SCORES,
    control: { kind: 'choice', choices: BROADCAST_CHOICES },
    alsoCalled: ['biasShape', 'bias.shape'],
    example: 'heads',
    apply(name, before) {
      const biasShape = broadcastShape(name, before);
      return biasShape ? { biasShape } : {};
    },
  }),
  softcap,
  softmaxScale,
  option({
    name: 'alibi',
    title: 'ALiBi',
    help: 'scores fall with the distance from the diagonal',
    flag: '--alibi',
    group: SCORES,
    control: { kind: 'switch' },
    alsoCalled: ['alibiSlopes'],
    example: 'on',
  }),
  option({
    name: 'sinks',
    title: 'Sinks',
    help: 'a sink logit per head in the denominator',
    flag: '--sinks',
    group: SCORES,
    control: { kind: 'switch' },
    example: 'on',
  }),
];

export const dtype = option({
  name: 'dtype',
  title: 'Stored as',
  help: 'f32, or f16 for query, key, value and output, where the device has shader-f16',
  flag: '--dtype <type>',
  group: PRECISION,
  control: {
    kind: 'choice',
    choices: [
      { value: 'f32', label: 'f32' },
      { value: 'f16', label: 'f16: half the bytes' },
    ],
  },
  example: 'f16',
  apply: (value): Partial<AttentionProblem> => (value === 'f16' ? { dtype: 'f16' } : {}),
});

export const scorePrecision = option({
  name: 'scorePrecision',
  title: 'Scores held in',
  help: 'one f32, or the sum of two (two-term): exact gradients at scores of hundreds, twice the time',
  flag: '--score-precision <type>',
  group: PRECISION,
  control: {
    kind: 'choice',
    choices: [
      { value: 'f32', label: 'One f32' },
      { value: 'two-term', label: 'The sum of two f32' },
    ],
  },
  example: 'two-term',
  apply: (value): Partial<AttentionProblem> => (value === 'two-term' ? { scorePrecision: 'two-term' } : {}),
});
