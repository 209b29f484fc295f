import { attentionProblem, type AttentionProblem } from '../src/operations/attention/problem.ts';
import { sharedPrefixProblem, type SharedPrefixProblem } from '../src/operations/shared-prefix/problem.ts';
import { TRAITS, type Loss } from '../src/operations/contrastive/losses.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../src/operations/contrastive/problem.ts';
import type { MeasureCase, MeasurePlan } from '../src/measure/measure-plan.ts';
import type { OperationId } from '../src/operations/index.ts';
import { sizesToWall } from '../src/measure/wall.ts';
import { sweepEntries } from '../src/measure/sweep.ts';
import { specsOf } from '../src/measure/tuning/tuned.ts';
import type { DeviceReport } from '../src/measure/report.ts';
import type { BenchOptions } from './args.ts';
import { USUAL_HEADS, type AttentionShape } from './attention-options.ts';
import { variantIds } from './operations.ts';
import { naiveWall } from './wall.ts';

/** The default sizes of one class of device. */
interface Scale {
  /** Of the main series: 8 heads of 64, and clip with embedDim 256. */
  readonly attention: readonly number[];
  readonly contrastive: readonly number[];
  /** Of attention's backward, which does two and a half times the forward's work: same heads, dense. */
  readonly backward: readonly number[];
  /** Tokens of the causal case. */
  readonly causal: number;
  /** Queries and keys of the case with shared key/value heads. */
  readonly grouped: readonly [number, number];
  /** Keys that one query meets: 32 heads of 128 on 8 key/value heads, as in decoding. */
  readonly decode: number;
  /** Entries of a batch that decode after a shared prefix: how many, its keys and each one's own. */
  readonly prefix: readonly [number, number, number];
  /** Sizes before the memory wall, as `sizesToWall` takes them; absent: no series that goes there. */
  readonly wall?: readonly number[];
  /** The wall series has thin rows: what it shows is memory. */
  readonly wallDim: number;
  readonly budgetMs: number;
}

/** Naive attention at 8 × 1024 × 64 takes 8 s on a CPU adapter of two cores, and 10 ms on a GPU. */
const CPU: Scale = {
  attention: [128, 256, 512, 1024],
  contrastive: [256, 512, 1024],
  backward: [256, 512],
  causal: 512,
  grouped: [64, 2048],
  decode: 4096,
  prefix: [16, 1024, 64],
  wall: [1 / 8, 1 / 4],
  wallDim: 16,
  budgetMs: 4000,
};
const CPU_QUICK: Scale = {
  attention: [64, 128, 256],
  contrastive: [128, 256],
  backward: [128],
  causal: 256,
  grouped: [32, 512],
  decode: 1024,
  prefix: [8, 256, 32],
  wallDim: 16,
  budgetMs: 1500,
};
const GPU: Scale = {
  attention: [256, 512, 1024, 2048, 4096],
  contrastive: [512, 1024, 2048, 4096, 8192],
  backward: [512, 1024, 2048],
  causal: 2048,
  grouped: [256, 8192],
  decode: 16384,
  prefix: [64, 4096, 256],
  wall: [1 / 8, 1 / 4, 1 / 2],
  wallDim: 64,
  budgetMs: 4000,
};
const GPU_QUICK: Scale = {
  attention: [256, 512, 1024],
  contrastive: [512, 1024],
  backward: [512],
  causal: 1024,
  grouped: [64, 2048],
  decode: 4096,
  prefix: [32, 1024, 128],
  wallDim: 64,
  budgetMs: 1500,
};

const EMBED_DIM = 256;

type Chosen = Pick<
  BenchOptions,
  'operations' | 'quick' | 'sizes' | 'variants' | 'attentionShape' | 'loss' | 'seed'
> &
  Partial<Pick<BenchOptions, 'sweep'>>;

/**
 * What to measure on this device. Sizes, and for attention its options, given on the command line replace the whole
 * set of cases.
 * @throws UsageError if the device's usual sizes and the options do not go together
 */
export function benchPlan(
  { operations, quick, sizes, variants, attentionShape, loss, seed, sweep = false }: Chosen,
  device: DeviceReport,
): MeasurePlan {
  const scale = device.isFallbackAdapter ? (quick ? CPU_QUICK : CPU) : quick ? GPU_QUICK : GPU;
  const cases: Record<OperationId, () => MeasureCase[]> = {
    attention: () =>
      attentionProblems(scale, sizes, attentionShape, device).map((problem) => ({
        operation: 'attention',
        problem,
      })),
    'attention-backward': () =>
      (sizes ?? scale.backward).map((size) => ({
        operation: 'attention-backward',
        problem: (attentionShape ?? dense)(size),
      })),
    'shared-prefix': () => [{ operation: 'shared-prefix', problem: sharedPrefixCase(scale) }],
    contrastive: () =>
      contrastiveProblems(scale, sizes, loss, device).map((problem) => ({
        operation: 'contrastive',
        problem,
      })),
  };
  return {
    budgetMs: scale.budgetMs,
    minSamples: 3,
    ...(seed !== undefined && { seed }),
    cases: operations.flatMap((operation) => {
      const chosen = chosenVariants(operation, variants);
      if (chosen.length === 0) return [];
      const usual = cases[operation]().map((one) => ({ ...one, variants: chosen }));
      if (sweep) return usual.flatMap((one) => sweepCases(one, chosen));
      const large = operation === 'contrastive' && !quick && sizes === undefined ? largeCases(loss) : [];
      return [
        ...usual,
        ...large.map((one) => ({ ...one, variants: one.variants.filter((id) => chosen.includes(id)) })),
      ];
    }),
  };
}

/** Every tile of every variant that has tiles, each variant in a case of its own. */
function sweepCases(one: MeasureCase, variants: readonly string[]): MeasureCase[] {
  return variants.flatMap((variant) => {
    const entries = sweepEntries(variant, specsOf(one.operation, variant));
    return entries.length === 0 ? [] : [{ ...one, entries }];
  });
}

/** Of the chosen ids, those that this operation has: with `all`, one list serves both operations. */
function chosenVariants(operation: OperationId, chosen: readonly string[] | undefined): readonly string[] {
  const known = variantIds(operation);
  return chosen === undefined ? known : known.filter((id) => chosen.includes(id));
}

const DECODING = { numHeads: 32, numKVHeads: 8, headDim: 128, seqLenQ: 1 } as const;

function sharedPrefixCase({ prefix: [batch, prefixLen, own] }: Scale): SharedPrefixProblem {
  return sharedPrefixProblem({ ...DECODING, batch, prefixLen, seqLenKV: prefixLen + own });
}

const dense: AttentionShape = (seqLenQ) => attentionProblem({ ...USUAL_HEADS, seqLenQ });

/**
 * What no matrix could hold: minutes a run on a CPU, so each variant is sampled once. Naive is there to show what
 * it would need.
 */
function largeCases(loss: Loss = 'clip'): (MeasureCase & { readonly variants: readonly string[] })[] {
  const { symmetric, sigmoid } = TRAITS[loss];
  const alone = contrastiveProblem({ loss, numRows: 65536, embedDim: 32, gradients: [] });
  const whole = contrastiveProblem({ loss, numRows: 32768, embedDim: 64 });
  const least = symmetric || sigmoid ? 'panelled' : 'tiled';
  return [
    { operation: 'contrastive', problem: alone, variants: ['naive', 'tiled'], minSamples: 1 },
    { operation: 'contrastive', problem: whole, variants: ['naive', least], minSamples: 1 },
  ];
}

function attentionProblems(
  scale: Scale,
  sizes: readonly number[] | undefined,
  shape: AttentionShape | undefined,
  device: DeviceReport,
): AttentionProblem[] {
  if (sizes ?? shape) return (sizes ?? scale.attention).map(shape ?? dense);
  const [seqLenQ, seqLenKV] = scale.grouped;
  const thin = (size: number) => attentionProblem({ seqLenQ: size, headDim: scale.wallDim });
  const wall = naiveWall('attention', thin, device);
  return [
    ...scale.attention.map(dense),
    attentionProblem({ ...USUAL_HEADS, seqLenQ: scale.causal, causal: 'bottom-right' }),
    attentionProblem({ ...USUAL_HEADS, numKVHeads: 2, seqLenQ, seqLenKV, causal: 'bottom-right' }),
    attentionProblem({ ...DECODING, seqLenKV: scale.decode }),
    ...(wall === undefined || !scale.wall ? [] : sizesToWall(wall, scale.wall).map(thin)),
  ];
}

function contrastiveProblems(
  scale: Scale,
  sizes: readonly number[] | undefined,
  loss: Loss = 'clip',
  device: DeviceReport,
): ContrastiveProblem[] {
  const plain = (numRows: number) => contrastiveProblem({ loss, embedDim: EMBED_DIM, numRows });
  if (sizes) return sizes.map(plain);
  const thin = (size: number) => contrastiveProblem({ loss, numRows: size, embedDim: scale.wallDim });
  const wall = naiveWall('contrastive', thin, device);
  return [
    ...scale.contrastive.map(plain),
    ...(wall === undefined || !scale.wall ? [] : sizesToWall(wall, scale.wall).map(thin)),
  ];
}
