import { z } from '../../../core/schema.ts';
import { FORMATS, METHODS } from '../../../operations/kv-cache/methods/index.ts';
import type { StudiedMethod } from '../../../operations/kv-cache/study.ts';
import {
  CACHE_KINDS,
  type CacheKind,
  type CacheTraits,
  type SyntheticShape,
} from '../../../operations/kv-cache/synthetic.ts';
import { addIssue, count, onOrOff, positive, someOf, type Fields, type Settings } from '../../form/fields.ts';

/** A study as the form asks for it. */
export interface CachePlan {
  readonly data: CacheKind;
  readonly shape: SyntheticShape;
  readonly traits: CacheTraits;
  readonly methods: readonly StudiedMethod[];
}

const MOST_BUDGETS = 6;

/** The method's own format. */
const OWN = 'own';

/** Formats of keys and values that can be chosen beside a method. */
export const FORMAT_CHOICES: readonly string[] = [OWN, ...FORMATS.map(({ id }) => id)];

export const CACHE_DEFAULTS: Fields = {
  data: 'model',
  seqLenKV: '512',
  seqLenQ: '32',
  numHeads: '4',
  numKVHeads: '2',
  headDim: '64',
  outlierChannels: '2',
  sinkKeys: '1',
  needleDepth: '0.5',
  rotary: 'on',
  methods: 'exact,int8,kivi-4,kivi-2,rotate-4,nf4,sink-window,knorm,snapkv,h2o',
  budgets: '0.1, 0.2, 0.4',
  keyFormat: OWN,
  valueFormat: OWN,
  params: '',
};

/** Fractions below 1 or numbers of keys, ascending, each once. */
const budgets = z.pipe(
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => text.split(/[\s,]+/).filter((part) => part !== '')),
    ),
    z
      .array(positive(65_536))
      .check(z.minLength(1, 'At least one.'), z.maxLength(MOST_BUDGETS, `At most ${MOST_BUDGETS}.`)),
  ),
  z.transform((values) => [...new Set(values)].sort((a, b) => a - b)),
);

type Params = Readonly<Record<string, number>>;

const NAMES = new Set(METHODS.flatMap(({ params }) => params.map(({ name }) => name)));

/** `groupSize:64, safeguard:0.2`: each parameter for all methods that have it. */
const paramList = z.pipe(
  z.string(),
  z.transform((text, context): Params => {
    const entries = text
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .map((part): [string, number] => {
        const [name = '', value = ''] = part.split(':');
        return [name, value === '' ? NaN : Number(value)];
      });
    const bad = entries.find(
      ([name, value]) => name === 'budget' || !NAMES.has(name) || !Number.isFinite(value),
    );
    if (bad === undefined) return Object.fromEntries(entries);
    addIssue(context, { message: 'Names and numbers, such as groupSize:64, every:4.' });
    return z.NEVER;
  }),
);

export const CACHE_SETTINGS: Settings<CachePlan> = {
  version: 1,
  unset: CACHE_DEFAULTS,
  schema: z.pipe(
    z.pipe(
      z
        .object({
          data: z.enum(CACHE_KINDS),
          seqLenKV: count(65_536, 2),
          seqLenQ: count(65_536),
          numHeads: count(64),
          numKVHeads: count(64),
          headDim: count(256, 4).check(z.refine((width) => width % 4 === 0, 'A multiple of 4.')),
          outlierChannels: count(16, 0),
          sinkKeys: count(16, 0),
          needleDepth: z.coerce.number().check(z.minimum(0), z.maximum(1)),
          rotary: onOrOff,
          methods: someOf(METHODS.map(({ id }) => id)),
          budgets,
          keyFormat: z.enum(FORMAT_CHOICES),
          valueFormat: z.enum(FORMAT_CHOICES),
          params: paramList,
        })
        .check(
          z.refine(({ numHeads, numKVHeads }) => numHeads % numKVHeads === 0, {
            path: ['numKVHeads'],
            message: 'A divisor of the heads.',
          }),
          z.refine(({ methods }) => methods.length > 0, { path: ['methods'], message: 'At least one.' }),
        ),
      z.transform(({ data, methods, budgets: shares, keyFormat, valueFormat, params, ...rest }) => {
        const { outlierChannels, sinkKeys, needleDepth, rotary, ...shape } = rest;
        return {
          data,
          shape,
          traits: { outlierChannels, sinkKeys, needleDepth, rotary },
          methods,
          shares,
          keyFormat,
          valueFormat,
          params,
        };
      }),
    ),
    z.transform(({ methods, shares, keyFormat, valueFormat, params, ...cache }) => ({
      ...cache,
      methods: methods
        .flatMap((id) => studied(id, shares, params))
        .map((method) => withFormats(method, { key: keyFormat, value: valueFormat }, params)),
    })),
  ),
};

/** A method once, or with each budget if it has one; with those of the parameters that it has. */
function studied(id: string, shares: readonly number[], params: Params): StudiedMethod[] {
  const own = ownParams(id, params);
  const label = [id, ...Object.entries(own).map(([name, value]) => `${name} ${value}`)].join(' ');
  const hasBudget = METHODS.find((one) => one.id === id)?.params.some(({ name }) => name === 'budget');
  if (hasBudget !== true) return [{ id, params: own, label }];
  return shares.map((budget) => ({ id, params: { ...own, budget }, label: `${label} ${budget}` }));
}

/** A method that keeps keys and values in the formats that are chosen, and says so. MiKV has formats of its own. */
function withFormats(
  method: StudiedMethod,
  formats: Readonly<Record<'key' | 'value', string>>,
  params: Params,
): StudiedMethod {
  const own = METHODS.find(({ id }) => id === method.id);
  if (own?.kind === 'format' && !FORMATS.includes(own)) return method;
  const chosen = (['key', 'value'] as const).filter((side) => formats[side] !== OWN);
  const label = [method.label ?? method.id, ...chosen.map((side) => `${side}s ${formats[side]}`)].join(', ');
  return chosen.reduce<StudiedMethod>(
    (studied, side) => ({
      ...studied,
      [side]: { id: formats[side], params: ownParams(formats[side], params) },
    }),
    { ...method, label },
  );
}

/** The parameters that a method has. */
function ownParams(id: string, params: Params): Params {
  const known = METHODS.find((one) => one.id === id)?.params ?? [];
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => known.some((one) => one.name === name)),
  );
}
