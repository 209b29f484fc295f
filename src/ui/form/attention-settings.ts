import { z } from 'zod';
import { BROADCAST_NAMES, BROADCASTS, type Extents } from '../../operations/attention/broadcast.ts';
import { MAX_HEAD_DIM, attentionProblem, type AttentionProblem } from '../../operations/attention/problem.ts';
import { requireOperation } from '../../operations/index.ts';
import type { DeviceReport } from '../../measure/report.ts';
import {
  count,
  counts,
  given,
  lengths,
  onOrOff,
  optional,
  optionalCount,
  positive,
  someOf,
  variantParams,
  windowReach,
  type Fields,
  type Settings,
} from './fields.ts';
import { MEASURING_FIELDS, MEASURING_UNSET } from './measuring-fields.ts';
import { readPlan } from './read-plan.ts';

/** The operations whose problem is attention's. */
export const ATTENTION_OPERATIONS = [
  { ...requireOperation('attention'), id: 'attention' },
  { ...requireOperation('attention-backward'), id: 'attention-backward' },
] as const;

export const CAUSAL_CHOICES = [
  { value: 'off', label: 'Off: all keys are seen' },
  { value: 'bottom-right', label: 'Bottom-right: ends aligned' },
  { value: 'top-left', label: 'Top-left: starts aligned' },
] as const;

/** Of a bias or mask. */
export const BROADCAST_CHOICES = [
  { value: 'none', label: 'None' },
  { value: 'keys', label: 'One per batch entry and key' },
  { value: 'pairs', label: 'One per query and key' },
  { value: 'heads', label: 'One per head, query and key' },
  { value: 'full', label: 'One per score' },
] as const;

const UNSET: Fields = {
  operation: 'attention',
  window: '',
  softcap: '',
  bias: 'none',
  mask: 'none',
  seqLensKV: '',
  alibi: 'off',
  sinks: 'off',
  ...MEASURING_UNSET,
};

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
    ...UNSET,
    variants: 'all',
    params: '',
    budgetMs: small ? '500' : '2000',
  };
}

export function attentionSettings(): Settings {
  const [forward, backward] = ATTENTION_OPERATIONS;
  const schema = z
    .discriminatedUnion('operation', [formOf(forward), formOf(backward)])
    .transform(({ operation, variants, params, budgetMs, yardstick, seed, ...fields }, context) =>
      readPlan(context, { budgetMs, matmul: yardstick, seed }, () =>
        fields.seqLenQ.map((seqLenQ) => ({
          operation,
          problem: problemOf(fields, seqLenQ),
          variants,
          params,
        })),
      ),
    );
  return { version: 1, schema, unset: UNSET };
}

const broadcast = z.enum(['none', ...BROADCAST_NAMES]);

const PROBLEM_FIELDS = {
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
  window: optional(windowReach),
  softcap: optional(positive(1e6)),
  bias: broadcast,
  mask: broadcast,
  /** Empty: all of them, for every batch entry. */
  seqLensKV: optional(lengths),
  alibi: onOrOff,
  sinks: onOrOff,
};

/** The variants that may be chosen are those of the operation. */
const formOf = ({ id, variants }: (typeof ATTENTION_OPERATIONS)[number]) =>
  z.object({
    operation: z.literal(id),
    ...PROBLEM_FIELDS,
    variants: someOf(variants.map((variant) => variant.id)),
    params: variantParams(variants),
    ...MEASURING_FIELDS,
  });

type ProblemFields = z.output<z.ZodObject<typeof PROBLEM_FIELDS>>;

/** @throws ShapeError naming the field */
function problemOf(
  { bias, mask, causal, alibi, sinks, ...fields }: ProblemFields,
  seqLenQ: number,
): AttentionProblem {
  const extents: Extents = { ...fields, seqLenQ, seqLenKV: fields.seqLenKV ?? seqLenQ };
  const shapeOf = (name: keyof typeof BROADCASTS | 'none') =>
    name === 'none' ? undefined : BROADCASTS[name](extents);
  return attentionProblem(
    given({
      ...fields,
      ...extents,
      causal: causal === 'off' ? false : causal,
      alibi: alibi || undefined,
      sinks: sinks || undefined,
      biasShape: shapeOf(bias),
      maskShape: shapeOf(mask),
    }),
  );
}
