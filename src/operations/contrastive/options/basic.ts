import { requireFinite } from '../../../core/checks.ts';
import { UnsupportedError } from '../../../core/errors.ts';
import { BASIC } from '../../../core/option.ts';
import { f32 } from '../../../core/plan.ts';
import { DEFAULT_LOSS, LOSSES, lossOf, type Loss } from '../losses/index.ts';
import { GRADIENTS, type Gradient } from '../problem.ts';
import { option } from './option.ts';
import { positiveScale } from './positive-scale.ts';

const isLoss = (text: string): text is Loss => LOSSES.some((known) => known === text);
const isGradient = (text: string): text is Gradient => GRADIENTS.some((known) => known === text);

export const loss = option({
  name: 'loss',
  title: 'Loss',
  help: `what is computed: ${LOSSES.map((id) => `${id} (${lossOf(id).title})`).join(', ')}`,
  flag: '--loss <name>',
  group: BASIC,
  control: { kind: 'choice', choices: LOSSES.map((value) => ({ value, label: lossOf(value).title })) },
  example: 'siglip',
  apply: (value) => (isLoss(value) ? { loss: value } : {}),
});

export const numRows = option({
  name: 'numRows',
  title: 'Batch size N',
  help: 'rows of x',
  flag: '--sizes <numbers>',
  group: BASIC,
  control: { kind: 'count', most: 2 ** 24 },
  initial: { cpu: '128', gpu: '1024' },
  sizes: {
    usual: [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768],
    initial: { cpu: '64, 128, 256', gpu: '512, 1024, 2048, 4096' },
  },
  alsoCalled: ['x.shape'],
  example: '96',
});

export const embedDim = option({
  name: 'embedDim',
  title: 'Embedding dim',
  help: 'width of the embeddings',
  flag: '--embed-dim <n>',
  group: BASIC,
  control: { kind: 'count', most: 8192 },
  initial: { cpu: '64', gpu: '512' },
  example: '32',
});

export const logitScale = option({
  name: 'logitScale',
  title: 'Logit scale',
  help: 'logits are this times ⟨x, y⟩: 1/temperature; CLIP starts at 1/0.07',
  flag: '--logit-scale <x>',
  group: BASIC,
  control: { kind: 'number', above: 0, most: 1000 },
  initial: '14.3',
  example: '10',
  check({ loss: id, logitScale: scale }) {
    requireFinite('logitScale', scale);
    if (lossOf(id).dividesByScale === true && scale === 0) throw positiveScale(`the ${id} loss`, scale);
  },
  uniforms: (problem) => [f32('logit_scale', problem.logitScale)],
});

/** Follows what decides whether there is a y. */
export const gradients = option({
  name: 'gradients',
  title: 'Gradients',
  help: 'which to compute, of those that the loss has: x, y, logitScale, logitBias; all or none',
  flag: '--gradients <names>',
  group: BASIC,
  control: { kind: 'choices', choices: GRADIENTS.map((value) => ({ value, label: value })) },
  example: 'x',
  check({ loss: id, gradients: wanted }) {
    if (wanted.includes('logitBias') && !lossOf(id).options.includes('logitBias')) {
      throw new UnsupportedError(`gradients 'logitBias': the ${id} loss has no logitBias`, 'gradients');
    }
  },
  apply(wanted, { loss: id = DEFAULT_LOSS, oneTensor = false }) {
    const { oneTensor: never, options } = lossOf(id);
    const hasY = never !== true && !oneTensor;
    const has = (gradient: Gradient) =>
      gradient === 'y' ? hasY : gradient === 'logitBias' ? options.includes('logitBias') : true;
    return { gradients: wanted.filter(isGradient).filter(has) };
  },
});
