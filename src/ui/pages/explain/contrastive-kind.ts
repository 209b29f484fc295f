import { html, nothing } from 'lit';
import { z } from '../../../core/schema.ts';
import { contrastiveProblem } from '../../../operations/contrastive/fill-problem.ts';
import { LOSSES, lossOf } from '../../../operations/contrastive/losses/index.ts';
import type { TileSize } from '../../../tile/trace-tiles.ts';
import { count, positive } from '../../form/fields.ts';
import { choiceField, textField } from '../../form/form-fields.ts';
import { ContrastiveLesson } from './contrastive-lesson.ts';
import { MOST_LINES, type LessonKind } from './lesson-kind.ts';

const bias = z.pipe(
  z.pipe(
    z.string().check(z.trim(), z.regex(/^[-−]?\d*\.?\d+$/, 'Enter a number.')),
    z.transform((text) => Number(text.replace('−', '-'))),
  ),
  z.number().check(z.minimum(-100, 'At least -100.'), z.maximum(100, 'At most 100.')),
);

/** The losses that have a lesson. */
const TAUGHT = LOSSES.filter((id) => lossOf(id).lesson !== undefined);
const LOSS_CHOICES = TAUGHT.map((value) => ({ value, label: lossOf(value).title }));

const takesBias = (loss: string | undefined): boolean =>
  TAUGHT.some((id) => id === loss && lossOf(id).options.includes('logitBias'));

export const contrastiveKind: LessonKind = {
  id: 'contrastive',
  title: 'Contrastive loss',
  defaults: { numRows: '8', loss: TAUGHT[0] ?? '', embedDim: '4', logitScale: '8', logitBias: '-4' },
  schema: z.pipe(
    z.object({
      numRows: count(MOST_LINES),
      embedDim: count(8),
      loss: z.enum(TAUGHT),
      logitScale: positive(100),
      logitBias: bias,
    }),
    z.transform(({ logitBias, ...fields }) => {
      const problem = contrastiveProblem({
        ...fields,
        gradients: ['x', 'y'],
        ...(takesBias(fields.loss) && { logitBias }),
      });
      return { problem, start: (tile: TileSize, seed: number) => new ContrastiveLesson(problem, tile, seed) };
    }),
  ),
  controls: (form) => html`
    <div class="broad">${choiceField(form, 'loss', 'Loss', LOSS_CHOICES)}</div>
    ${textField(form, 'numRows', 'Pairs')} ${textField(form, 'embedDim', 'Embed dim')}
    ${textField(form, 'logitScale', 'Logit scale', { inputmode: 'decimal' })}
    ${takesBias(form.fields['loss']) ? textField(form, 'logitBias', 'Logit bias', { inputmode: 'text' }) : nothing}
  `,
};
