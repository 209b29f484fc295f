import { z } from 'zod';
import { contrastiveProblem } from '../kernels/contrastive/problem.ts';
import type { DeviceReport } from '../measure/report.ts';
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
import { readPlan } from './read-plan.ts';

/** The clip loss has no logitBias. */
export const CLIP_GRADIENTS = ['x', 'y', 'logitScale'] as const;

/** A few seconds' work: a CPU adapter is some hundred times slower. */
export function contrastiveDefaults(device?: DeviceReport): Fields {
  const small = device?.isFallbackAdapter !== false;
  return {
    numRows: small ? '64, 128, 256' : '512, 1024, 2048, 4096',
    embedDim: small ? '64' : '512',
    logitScale: '14.3',
    gradients: 'all',
    variants: 'all',
    params: '',
    budgetMs: small ? '500' : '2000',
  };
}

export function contrastiveSettings(choices: readonly VariantChoice[]): Settings {
  const schema = z
    .object({
      numRows: counts(1 << 20, 12),
      embedDim: count(8192),
      logitScale: positive(1000),
      gradients: someOf(CLIP_GRADIENTS),
      variants: someOf(choices.map(({ id }) => id)),
      params: variantParams(choices),
      budgetMs: count(600_000),
    })
    .transform(({ variants, params, budgetMs, ...fields }, context) =>
      readPlan(context, budgetMs, () =>
        fields.numRows.map((numRows) => {
          const problem = contrastiveProblem({ ...fields, loss: 'clip', numRows, numCols: numRows });
          return { operation: 'contrastive', problem, variants, params };
        }),
      ),
    );
  return { version: 1, schema, unset: {} };
}
