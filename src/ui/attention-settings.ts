import { z } from 'zod';
import { MAX_HEAD_DIM, attentionProblem } from '../kernels/attention/problem.ts';
import type { DeviceReport } from '../measure/report.ts';
import {
  count,
  counts,
  optionalCount,
  someOf,
  variantParams,
  type Fields,
  type Settings,
  type VariantChoice,
} from './fields.ts';
import { readPlan } from './read-plan.ts';

export const CAUSAL_CHOICES = [
  { value: 'off', label: 'Off: all keys are seen' },
  { value: 'bottom-right', label: 'Bottom-right: ends aligned' },
  { value: 'top-left', label: 'Top-left: starts aligned' },
] as const;

/** A few seconds' work: a CPU adapter is some hundred times slower. */
export function attentionDefaults(device?: DeviceReport): Fields {
  const small = device?.isFallbackAdapter !== false;
  return {
    seqLenQ: small ? '64, 128, 256' : '256, 512, 1024, 2048',
    seqLenKV: '',
    batch: '1',
    numHeads: small ? '2' : '8',
    numKVHeads: '',
    headDim: '64',
    headDimV: '',
    causal: 'off',
    variants: 'all',
    params: '',
    budgetMs: small ? '500' : '2000',
  };
}

export function attentionSettings(choices: readonly VariantChoice[]): Settings {
  const schema = z
    .object({
      seqLenQ: counts(1 << 20, 12),
      /** Empty: as long as the queries. */
      seqLenKV: optionalCount(1 << 20),
      batch: count(1024),
      numHeads: count(1024),
      /** Empty: one for each query head. */
      numKVHeads: optionalCount(1024),
      headDim: count(MAX_HEAD_DIM),
      /** Empty: as headDim. */
      headDimV: optionalCount(MAX_HEAD_DIM),
      causal: z.enum(['off', 'bottom-right', 'top-left']),
      variants: someOf(choices.map(({ id }) => id)),
      params: variantParams(choices),
      budgetMs: count(600_000),
    })
    .transform(({ variants, params, budgetMs, ...fields }, context) =>
      readPlan(context, budgetMs, () =>
        fields.seqLenQ.map((seqLenQ) => {
          const problem = attentionProblem({
            ...fields,
            seqLenQ,
            seqLenKV: fields.seqLenKV ?? seqLenQ,
            numKVHeads: fields.numKVHeads ?? fields.numHeads,
            headDimV: fields.headDimV ?? fields.headDim,
            causal: fields.causal === 'off' ? false : fields.causal,
          });
          return { operation: 'attention', problem, variants, params };
        }),
      ),
    );
  return { version: 1, schema };
}
