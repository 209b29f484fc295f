import { html } from 'lit';
import { z } from '../../../core/schema.ts';
import { attentionProblem } from '../../../operations/attention/fill-problem.ts';
import type { TileSize } from '../../../tile/trace-tiles.ts';
import { count } from '../../form/fields.ts';
import { choiceField, textField } from '../../form/form-fields.ts';
import { AttentionLesson } from './attention-lesson.ts';
import { MOST_LINES, type LessonKind } from './lesson-kind.ts';

const CAUSAL_CHOICES = [
  { value: 'off', label: 'Off' },
  { value: 'bottom-right', label: 'Bottom-right' },
  { value: 'top-left', label: 'Top-left' },
];

export const attentionKind: LessonKind = {
  id: 'attention',
  title: 'Attention',
  defaults: { seqLenQ: '12', seqLenKV: '12', causal: 'bottom-right', headDim: '4' },
  schema: z.pipe(
    z.object({
      seqLenQ: count(MOST_LINES),
      seqLenKV: count(MOST_LINES),
      causal: z.enum(['off', 'bottom-right', 'top-left']),
      headDim: count(8),
    }),
    z.transform(({ causal, ...sizes }) => {
      const problem = attentionProblem({ ...sizes, causal: causal === 'off' ? false : causal });
      return { problem, start: (tile: TileSize, seed: number) => new AttentionLesson(problem, tile, seed) };
    }),
  ),
  controls: (form) => html`
    ${textField(form, 'seqLenQ', 'Queries')} ${textField(form, 'seqLenKV', 'Keys')}
    ${textField(form, 'headDim', 'Head dim')}
    <div class="broad">${choiceField(form, 'causal', 'Causal mask', CAUSAL_CHOICES)}</div>
  `,
};
