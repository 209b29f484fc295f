import { TilewiseError, UnsupportedError, type LabClient } from '../../src/index.ts';
import { normals } from '../../src/core/random.ts';
import { Random } from './random.ts';
import { patiently, type Strain, type StrainOptions } from './strain.ts';

/** A call that should be good: the name of a method, its argument and its options. */
export interface Call {
  readonly method: 'attention' | 'attentionBackward' | 'contrastive' | 'mergeStates' | 'compile';
  readonly args: object;
  readonly options: object;
}

/** A lab that takes anything. */
type AnyLab = Readonly<Record<Call['method'], (args: object, options: object) => Promise<unknown>>>;

/**
 * Makes random calls, good ones and spoilt ones, some of them at a time. Good ones must be right; the others may be refused
 * with a typed error, and must leave the lab as it was.
 */
export async function strainCalls(lab: LabClient, { turns, seed, computes }: StrainOptions): Promise<Strain> {
  let [good, refused] = [0, 0];
  const faults: string[] = [];
  const waiting: Promise<void>[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const random = new Random(seed + turn);
    const call = goodCall(random);
    const isSpoilt = random.below(2) === 0;
    const made = isSpoilt ? spoilt(random, call) : call;
    const fault = (words: string) => faults.push(`seed ${seed + turn}, ${made.method}: ${words}`);
    waiting.push(
      settled(lab, made).then((outcome) => {
        if (outcome instanceof TilewiseError) {
          refused++;
          if (!isSpoilt && !(outcome instanceof UnsupportedError))
            fault(`refused a good call: ${outcome.message}`);
        } else if (outcome instanceof Error) {
          fault(`${outcome.name}: ${outcome.message}`);
        } else {
          good++;
          if (computes && !isSpoilt && isWrong(outcome)) fault('a wrong result');
        }
      }),
    );
    if (waiting.length >= 4) await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  return { counts: { good, refused }, faults };
}

/** A call's result, or the error that it rejected with. What it throws is a fault, too. */
export function settled(lab: LabClient, { method, args, options }: Call): Promise<unknown> {
  try {
    return patiently((lab as unknown as AnyLab)[method](args, options));
  } catch (error) {
    return Promise.resolve(new Error(`it throws in place of rejecting: ${String(error)}`));
  }
}

/** Whether a result that was held against float64 is wrong. */
export function isWrong(result: unknown): boolean {
  const { run } = result as { readonly run?: { readonly check?: { readonly ok: boolean } } };
  return run?.check?.ok === false;
}

export function goodCall(random: Random): Call {
  const makers = [
    attentionCall,
    attentionCall,
    backwardCall,
    contrastiveCall,
    mergeCall,
    compileCall,
  ] as const;
  return random.of(makers)(random);
}

function attentionCall(random: Random): Call {
  const [batch, heads, rows, keys] = [
    1 + random.below(2),
    1 + random.below(3),
    1 + random.below(40),
    1 + random.below(40),
  ];
  const args = {
    query: random.tensor(batch, heads, rows, 16),
    key: random.tensor(batch, heads, keys, 16),
    value: random.tensor(batch, heads, keys, 8),
    ...random.some({
      causal: random.of<unknown>([true, 'top-left', 'bottom-right']),
      window: [random.below(9) - 1, random.below(9) - 1],
      softcap: 1 + random.below(9),
      softmaxScale: 0.25,
      sinks: normals(heads, random.seed),
      alibiSlopes: normals(heads, random.seed + 1),
      bias: random.tensor(rows, keys),
      mask: { shape: [keys], data: Uint8Array.from({ length: keys }, () => random.below(2)) },
      seqLensKV: Array.from({ length: batch }, () => random.below(keys + 1)),
    }),
  };
  return {
    method: 'attention',
    args,
    options: { check: true, ...random.some({ variant: random.of(['naive', 'flash']) }) },
  };
}

function backwardCall(random: Random): Call {
  const { args } = attentionCall(random);
  const [batch = 1, heads = 1, rows = 1] = (args as { query: { shape: number[] } }).query.shape;
  const outputGrad = random.tensor(batch, heads, rows, 8);
  return {
    method: 'attentionBackward',
    args: { ...args, outputGrad },
    options: { check: true, variant: 'naive' },
  };
}

function contrastiveCall(random: Random): Call {
  const rows = 2 * (1 + random.below(12));
  const loss = random.of(['clip', 'info-nce', 'siglip', 'nt-xent']);
  const args = {
    loss,
    x: random.tensor(rows, 8),
    ...(loss !== 'nt-xent' && { y: random.tensor(rows, 8) }),
    ...random.some({ logitScale: 3, normalize: true, gradients: ['x'], reduction: 'sum' }),
  };
  return { method: 'contrastive', args, options: { check: true } };
}

function mergeCall(random: Random): Call {
  const rows = 1 + random.below(9);
  const state = { output: random.tensor(1, 2, rows, 4), lse: random.tensor(1, 2, rows) };
  return { method: 'mergeStates', args: [state, state], options: {} };
}

function compileCall(random: Random): Call {
  const problem = { seqLenQ: 1 + random.below(99), causal: random.of<unknown>([false, 'top-left']) };
  return { method: 'compile', args: { operation: 'attention', problem, variant: 'naive' }, options: {} };
}

function detached(): Float32Array {
  const data = new Float32Array(4);
  structuredClone(data, { transfer: [data.buffer] });
  return data;
}

/** Values of all kinds, few of which fit anywhere. */
const NASTY: readonly [() => unknown, ...(() => unknown)[]] = [
  () => null,
  () => NaN,
  () => -1,
  () => 2 ** 40,
  () => 'abc',
  () => 5n,
  () => Symbol('s'),
  () => ({}),
  () => [],
  () => [null],
  () => () => 1,
  () => new Float32Array(3),
  () => ({ shape: [2, 2], data: new Float32Array(3) }),
  () => ({ shape: [Symbol('s'), 2n], data: detached() }),
  () => new Proxy([1, 2], {}),
  () => Promise.resolve(1),
  () => Object.create(null) as object,
];

const OPTION_NAMES = [
  'variant',
  'params',
  'sources',
  'check',
  'signal',
  'onProgress',
  'watchMs',
  'transfer',
  'nosuch',
] as const;

/** The call with one argument, one part of it or one option in place of another. */
function spoilt(random: Random, { method, args, options }: Call): Call {
  const value = random.of(NASTY)();
  const names = Object.keys(args);
  const name = names[random.below(names.length)] ?? '';
  const spoil = (of: object, key: string): object =>
    Array.isArray(of)
      ? of.map((part: unknown, at) => (String(at) === key ? value : part))
      : { ...of, [key]: value };
  const part = Reflect.get(args, name) as unknown;
  switch (random.below(4)) {
    case 0:
      return { method, args: value as object, options };
    case 1:
      return { method, args, options: { ...options, [random.of(OPTION_NAMES)]: value } };
    case 2:
      if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) {
        const inner = random.of(['shape', 'data', 'dtype']);
        return { method, args: spoilWith(args, name, { ...part, [inner]: value }), options };
      }
      return { method, args: spoil(args, name), options };
    default:
      return { method, args: spoil(args, name), options };
  }
}

const spoilWith = (args: object, name: string, part: object): object =>
  Array.isArray(args)
    ? args.map((one: unknown, at) => (String(at) === name ? part : one))
    : { ...args, [name]: part };
