import { z } from 'zod';
import { LOSSES, TRAITS, type Loss } from '../../operations/contrastive/losses.ts';
import { contrastiveProblem, GRADIENTS, type Gradient } from '../../operations/contrastive/problem.ts';
import type { DeviceReport } from '../../measure/report.ts';
import {
  count,
  counts,
  positive,
  someOf,
  variantParams,
  type Fields,
  type Settings,
  type VariantChoice,
} from './fields.ts';
import { MEASURING_FIELDS, MEASURING_UNSET } from './measuring-fields.ts';
import { readPlan } from './read-plan.ts';

/** What each loss is called where a reader may not know its id. */
export const LOSS_TITLES: Readonly<Record<Loss, string>> = {
  clip: 'CLIP, both directions',
  'info-nce': 'InfoNCE, rows only',
  siglip: 'SigLIP, pairwise sigmoid',
  'nt-xent': 'NT-Xent, two stacked views',
  dcl: 'DCL, decoupled',
  dclw: 'DCLW, weighted positives',
  'sup-con': 'SupCon, classes',
};

/** A loss of one tensor leaves y out, and only siglip has a bias. */
function gradientsOf(loss: Loss, wanted: readonly Gradient[]): Gradient[] {
  const { oneTensor, sigmoid } = TRAITS[loss];
  const known = (gradient: Gradient) =>
    gradient === 'y' ? oneTensor !== true : gradient === 'logitBias' ? sigmoid : true;
  return wanted.filter(known);
}

/** A few seconds' work: a CPU adapter is some hundred times slower. */
export function contrastiveDefaults(device?: DeviceReport): Fields {
  const small = device?.isFallbackAdapter !== false;
  return {
    loss: 'clip',
    normalize: 'no',
    numRows: small ? '64, 128, 256' : '512, 1024, 2048, 4096',
    embedDim: small ? '64' : '512',
    logitScale: '14.3',
    gradients: 'all',
    ...MEASURING_UNSET,
    variants: 'all',
    params: '',
    budgetMs: small ? '500' : '2000',
  };
}

export function contrastiveSettings(choices: readonly VariantChoice[]): Settings {
  const schema = z
    .object({
      loss: z.enum(LOSSES, 'Choose one of the losses.'),
      normalize: z.enum(['yes', 'no']),
      numRows: counts(1 << 20, 12),
      embedDim: count(8192),
      logitScale: positive(1000),
      gradients: someOf(GRADIENTS),
      variants: someOf(choices.map(({ id }) => id)),
      params: variantParams(choices),
      ...MEASURING_FIELDS,
    })
    .transform(
      ({ variants, params, budgetMs, yardstick, seed, normalize, loss, gradients, ...fields }, context) =>
        readPlan(context, { budgetMs, matmul: yardstick, seed }, () =>
          fields.numRows.map((numRows) => {
            const problem = contrastiveProblem({
              ...fields,
              loss,
              gradients: gradientsOf(loss, gradients),
              normalize: normalize === 'yes',
              numRows,
              numCols: numRows,
            });
            return { operation: 'contrastive', problem, variants, params };
          }),
        ),
    );
  return { version: 1, schema, unset: MEASURING_UNSET };
}
