import { z } from 'zod';
import { METHODS } from '../../../operations/kv-cache/methods/index.ts';
import type { StudiedMethod } from '../../../operations/kv-cache/study.ts';
import { CACHE_KINDS, type CacheKind, type SyntheticShape } from '../../../operations/kv-cache/synthetic.ts';
import { count, positive, someOf, type Fields, type Settings } from '../../form/fields.ts';

/** A study as the form asks for it. */
export interface CachePlan {
  readonly data: CacheKind;
  readonly shape: SyntheticShape;
  readonly methods: readonly StudiedMethod[];
}

const MOST_BUDGETS = 6;

/** The method's own format. */
const OWN = 'own';

/** Formats of keys and values that can be chosen beside a method. */
export const FORMAT_CHOICES: readonly string[] = [
  OWN,
  ...METHODS.filter(({ forms }) => forms !== undefined).map(({ id }) => id),
];

export const CACHE_DEFAULTS: Fields = {
  data: 'model',
  seqLenKV: '512',
  seqLenQ: '32',
  numHeads: '4',
  numKVHeads: '2',
  headDim: '64',
  methods: 'exact,int8,kivi-4,kivi-2,rotate-4,nf4,sink-window,knorm,snapkv,h2o',
  budgets: '0.1, 0.2, 0.4',
  keyFormat: OWN,
  valueFormat: OWN,
};

/** Fractions below 1 or numbers of keys, ascending, each once. */
const budgets = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(z.array(positive(65_536)).min(1, 'At least one.').max(MOST_BUDGETS, `At most ${MOST_BUDGETS}.`))
  .transform((values) => [...new Set(values)].sort((a, b) => a - b));

export const CACHE_SETTINGS: Settings<CachePlan> = {
  version: 1,
  unset: CACHE_DEFAULTS,
  schema: z
    .object({
      data: z.enum(CACHE_KINDS),
      seqLenKV: count(65_536, 2),
      seqLenQ: count(65_536),
      numHeads: count(64),
      numKVHeads: count(64),
      headDim: count(256, 4).refine((width) => width % 4 === 0, 'A multiple of 4.'),
      methods: someOf(METHODS.map(({ id }) => id)),
      budgets,
      keyFormat: z.enum(FORMAT_CHOICES),
      valueFormat: z.enum(FORMAT_CHOICES),
    })
    .refine(({ numHeads, numKVHeads }) => numHeads % numKVHeads === 0, {
      path: ['numKVHeads'],
      message: 'A divisor of the heads.',
    })
    .refine(({ methods }) => methods.length > 0, { path: ['methods'], message: 'At least one.' })
    .transform(({ data, methods, budgets: shares, keyFormat, valueFormat, ...shape }) => ({
      data,
      shape,
      methods: methods
        .flatMap((id) => studied(id, shares))
        .map((method) => withFormats(method, keyFormat, valueFormat)),
    })),
};

/** A method that keeps keys and values in the formats that are chosen, and says so. MiKV has formats of its own. */
function withFormats(method: StudiedMethod, key: string, value: string): StudiedMethod {
  const own = METHODS.find(({ id }) => id === method.id);
  if (own?.kind === 'format' && own.forms === undefined) return method;
  const formats = { ...(key !== OWN && { key }), ...(value !== OWN && { value }) };
  if (Object.keys(formats).length === 0) return method;
  const words = Object.entries(formats).map(([side, id]) => `${side}s ${id}`);
  return { ...method, ...formats, label: [method.label ?? method.id, ...words].join(', ') };
}

/** A method once, or with each budget if it has one. */
function studied(id: string, shares: readonly number[]): StudiedMethod[] {
  const method = METHODS.find((one) => one.id === id);
  const hasBudget = method?.params.some(({ name }) => name === 'budget') === true;
  if (!hasBudget) return [{ id }];
  return shares.map((budget) => ({ id, params: { budget }, label: `${id} ${budget}` }));
}
