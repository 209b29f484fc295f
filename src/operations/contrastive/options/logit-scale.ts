import { requireFinite } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { BASIC } from '../../../core/option.ts';
import { f32 } from '../../../core/plan.ts';
import { uniformStream } from '../../../core/random.ts';
import { describe } from '../../../core/tensor.ts';
import { lossOf } from '../losses/index.ts';
import { positiveScale, requireEach } from './arguments.ts';
import { LOGITS, option } from './option.ts';

export const logitScale = option({
  name: 'logitScale',
  title: 'Logit scale',
  help: 'similarities are multiplied by this, 1 / temperature: 14.3 is a temperature of 0.07, where CLIP starts',
  flag: '--logit-scale <x>',
  group: BASIC,
  control: { kind: 'number', above: 0, most: 1000 },
  initial: '14.3',
  example: '10',
  arguments: {
    logitScale: (value) => ({ fields: typeof value === 'number' ? { logitScale: value } : {} }),
  },
  check({ loss: id, logitScale: scale }) {
    requireFinite('logitScale', scale);
    if (lossOf(id).dividesByScale === true && scale === 0) throw positiveScale(`the ${id} loss`, scale);
  },
  uniforms: (problem) => [f32('logit_scale', problem.logitScale)],
  anySize: true,
});

/** Follows `falseNegativeMargin`, which needs positive scales. */
export const rowScales = option({
  name: 'rowScales',
  title: 'A scale for each row',
  help: 'each row has a logit scale of its own: random ones here, 0.5 to 1.5 times the logit scale',
  flag: '--row-scales',
  group: LOGITS,
  control: { kind: 'switch' },
  example: 'on',
  arguments: {
    logitScale(value, { loss, numRows, falseNegativeMargin }) {
      if (typeof value === 'number') return { fields: {} };
      if (!(value instanceof Float32Array)) {
        throw new ShapeError('logitScale', 'a number, or a Float32Array with one per row', describe(value));
      }
      const positive = falseNegativeMargin !== undefined;
      const divides = lossOf(loss).dividesByScale === true;
      requireEach(
        'logitScale',
        value,
        [numRows],
        (scale) => Number.isFinite(scale) && (!positive || scale > 0) && (!divides || scale !== 0),
        positive ? 'positive numbers' : divides ? 'finite numbers that are not 0' : 'finite numbers',
      );
      return { fields: { rowScales: true }, data: value };
    },
  },
  condition: { name: 'ROW_SCALE', about: 'each row has its own logit scale' },
  data: {
    name: 'scales',
    dtype: 'f32',
    count: ({ numRows }) => numRows,
    values({ numRows, logitScale: scale }, seed) {
      const uniform = uniformStream(seed + 4);
      return Float32Array.from({ length: numRows }, () => scale * (0.5 + uniform()));
    },
  },
  file: { argument: 'logitScale', about: 'one a row', known: /^logit_?scales?$/i, as: 'floats' },
  random: () => ({ rowScales: true }),
});
