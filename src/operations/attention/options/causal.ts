import { ShapeError } from '../../../core/errors.ts';
import { BASIC } from '../../../core/option.ts';
import { u32 } from '../../../core/plan.ts';
import type { CausalAlignment } from './fields.ts';
import { option } from './option.ts';

export const causal = option({
  name: 'causal',
  title: 'Causal mask',
  help: 'no query sees later keys. Where there are more keys than queries: bottom-right lets the last query see the last key, top-left the first query the first key',
  flag: '--causal [alignment]',
  group: BASIC,
  control: {
    kind: 'choice',
    choices: [
      { value: 'off', label: 'Off: all keys are seen' },
      { value: 'bottom-right', label: 'Bottom-right: ends aligned' },
      { value: 'top-left', label: 'Top-left: starts aligned' },
    ],
  },
  bare: 'bottom-right',
  example: 'top-left',
  apply: (value) => ({ causal: value === 'off' ? false : (value as CausalAlignment) }),
  arguments: {
    causal: (value) => ({ fields: { causal: value === true ? 'bottom-right' : (value as CausalAlignment) } }),
  },
  anySize: true,
  // Where the diagonal stands matters to windows and ALiBi too.
  uniforms: (problem) => [u32('top_left', problem.causal === 'top-left' ? 1 : 0)],
  check(problem) {
    const alignments: readonly unknown[] = [false, 'bottom-right', 'top-left'];
    if (alignments.includes(problem.causal)) return;
    throw new ShapeError('causal', "false, true, 'bottom-right' or 'top-left'", String(problem.causal));
  },
});
