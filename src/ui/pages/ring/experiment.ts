import type { RankRun, Run } from '../../../core/run.ts';
import { normals } from '../../../core/random.ts';
import { attentionBytes, attentionShare, lossBytes, lossShare } from '../../../ring/theory.ts';
import type { Schedule } from '../../../ring/attention/task.ts';
import type { LabClient } from '../../../worker/api.ts';
import type { Ring } from '../../../worker/ring-client.ts';
import type { CallOptions } from '../../lab/call-controller.ts';

/** The problems that ranks can share. */
export const EXPERIMENTS = {
  ring: 'Attention, keys go round',
  'all-to-all': 'Attention, heads change places',
  clip: 'CLIP loss with gradients',
} as const;

export type ExperimentId = keyof typeof EXPERIMENTS;

export interface Experiment {
  readonly id: ExperimentId;
  readonly ranks: number;
  /** Tokens, or rows. */
  readonly size: number;
}

/** A ring's run beside that of one device. */
export interface RingOutcome extends Experiment {
  readonly ranksRun: readonly RankRun[];
  readonly ringMs: number;
  readonly alone: Run;
  /** Relative L2 of the ring's result from that of one device. */
  readonly deviation: number;
}

const [HEADS, KV_HEADS, HEAD_DIM, EMBED_DIM] = [4, 4, 32, 128];

const extents = (tokens: number) => ({
  tokens,
  numHeads: HEADS,
  numKVHeads: KV_HEADS,
  headDim: HEAD_DIM,
});

/** The problem in words. */
export const problemWords = (id: ExperimentId): string =>
  id === 'clip'
    ? `embeddings ${EMBED_DIM} wide, gradients of x and y`
    : `causal, ${HEADS} heads, head dim ${HEAD_DIM}`;

export const bytesSent = (id: ExperimentId, size: number, ranks: number): number =>
  id === 'clip' ? lossBytes(size, EMBED_DIM, ranks) : attentionBytes(extents(size), ranks, id, false);

export const shareBytes = (id: ExperimentId, size: number, ranks: number): number =>
  id === 'clip' ? lossShare(size, EMBED_DIM, ranks) : attentionShare(extents(size), ranks, false);

/** The most ranks that can share a problem. */
export const mostRanks = (id: ExperimentId): number => (id === 'all-to-all' ? HEADS : 8);

interface Ran {
  readonly run: Run;
  readonly values: Float32Array;
}

type Call = (options: CallOptions) => Promise<Ran>;

/** Opens a ring, runs a problem on it and on one device, twice each, since the first runs compile, and closes it. */
export async function runExperiment(
  lab: LabClient,
  experiment: Experiment,
  options: CallOptions,
): Promise<RingOutcome> {
  // Ranks come with plans and kernels of all operations, which nobody needs before the first run.
  const { openRing } = await import('../../../worker/ring-client.ts');
  const ring = await openRing({ ranks: experiment.ranks });
  try {
    const { alone, together } = callsOf(lab, ring, experiment);
    const once = await alone(options).then(() => alone(options));
    const shared = await together(options).then(() => together(options));
    return {
      ...experiment,
      ranksRun: shared.run.ranks ?? [],
      ringMs: shared.run.wallMs,
      alone: once.run,
      deviation: relativeL2(shared.values, once.values),
    };
  } finally {
    ring.close();
  }
}

function callsOf(lab: LabClient, ring: Ring, { id, size }: Experiment): { alone: Call; together: Call } {
  if (id === 'clip') {
    const tensor = (seed: number) => ({
      shape: [size, EMBED_DIM],
      data: normals(size * EMBED_DIM, seed),
    });
    const args = {
      ...({ loss: 'clip', normalize: true, gradients: ['x', 'y'] } as const),
      ...{ x: tensor(1), y: tensor(2), logitScale: 10 },
    };
    return {
      alone: async (options) => valuesOf(await lab.contrastive(args, { ...options, variant: 'tiled' })),
      together: async (options) => valuesOf(await ring.contrastive(args, options)),
    };
  }
  const tensor = (heads: number, seed: number) => ({
    shape: [1, heads, size, HEAD_DIM],
    data: normals(heads * size * HEAD_DIM, seed),
  });
  const args = {
    ...{ query: tensor(HEADS, 1), key: tensor(KV_HEADS, 2), value: tensor(KV_HEADS, 3) },
    causal: true,
  };
  const schedule: Schedule = id;
  const output = ({ output, run }: { readonly output: { readonly data: unknown }; readonly run: Run }): Ran =>
    ran(output.data, run);
  return {
    alone: async (options) => output(await lab.attention(args, { ...options, variant: 'flash' })),
    together: async (options) => output(await ring.attention(args, { ...options, schedule })),
  };
}

const valuesOf = ({ xGrad, run }: { readonly xGrad?: { readonly data: unknown }; readonly run: Run }): Ran =>
  ran(xGrad?.data, run);

function ran(data: unknown, run: Run): Ran {
  if (!(data instanceof Float32Array)) throw new RangeError('results are of f32');
  return { values: data, run };
}

function relativeL2(found: Float32Array, wanted: Float32Array): number {
  let [error, norm] = [0, 0];
  wanted.forEach((value, at) => {
    error += ((found[at] ?? NaN) - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(error / norm);
}
