import { ShapeError } from '../../../core/errors.ts';
import { requireFinite } from '../../../core/checks.ts';
import { preset } from './preset.ts';
import { float } from './text.ts';

export interface Softcap {
  /** No score exceeds it. */
  readonly cap: number;
}

/** The softcap of Gemma 2: cap · tanh(score / cap). */
export const softcap = preset<Softcap>({
  id: 'softcap',
  title: 'Softcap',
  idea: 'Scores bend towards a bound that none of them exceeds.',
  example: { cap: 30 },
  check({ cap }) {
    requireFinite('cap', cap);
    if (cap <= 0) throw new ShapeError('cap', 'a positive number', String(cap));
  },
  modifiers: ({ cap }) => ({
    scoreMod: `return ${float(cap)} * tanh_exact(score / ${float(cap)});`,
    scoreModGrad: [
      `let bent = tanh_exact(score / ${float(cap)});`,
      'return (1.0 - bent) * (1.0 + bent);',
    ].join('\n'),
  }),
  twins: ({ cap }) => ({
    scoreMod: (score) => Math.fround(cap) * Math.tanh(score / Math.fround(cap)),
    scoreModGrad: (score) => 1 - Math.tanh(score / Math.fround(cap)) ** 2,
  }),
});
