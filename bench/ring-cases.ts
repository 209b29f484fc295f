import type * as LibraryModule from '../src/index.ts';
import { attentionBytes, attentionShare, lossBytes, lossShare } from '../src/ring/theory.ts';
import type * as LabModule from '../src/worker/lab.ts';

type Ring = LibraryModule.Ring;
type Lab = LabModule.Lab;
type Ran = Promise<{ readonly run: LibraryModule.Run }>;

/** An operation of a ring, as `bench ring` measures it. */
export interface RingCase {
  /** The problem, in a sentence. */
  readonly about: string;
  /** Bytes of a rank's share of all that is given and found. */
  shareBytes(ranks: number, size: number): number;
  /** Bytes that a rank sends. */
  theoryBytes(ranks: number, size: number): number;
  alone(lab: Lab, size: number): Ran;
  together(ring: Ring, size: number): Ran;
  /** The most ranks that a problem can be shared by. */
  mostRanks(size: number): number;
}

const EMBED_DIM = 256;

const waves = (shape: readonly number[], step: number) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin(step * at)),
});

const losses = (size: number) =>
  ({
    ...({ loss: 'clip', normalize: true, gradients: ['x', 'y'] } as const),
    ...{ x: waves([size, EMBED_DIM], 1.1), y: waves([size, EMBED_DIM], 1.3) },
  }) as const;

const contrastive: RingCase = {
  about: `CLIP loss with both gradients, embeddings ${EMBED_DIM} wide`,
  shareBytes: (ranks, size) => lossShare(size, EMBED_DIM, ranks),
  theoryBytes: (ranks, size) => lossBytes(size, EMBED_DIM, ranks),
  alone: (lab, size) => lab.contrastive(losses(size), { variant: 'tiled' }),
  together: (ring, size) => ring.contrastive(losses(size)),
  mostRanks: (size) => size,
};

const [HEADS, KV_HEADS, DIM] = [8, 4, 32];

const tokens = (size: number) => ({
  query: waves([1, HEADS, size, DIM], 1.1),
  key: waves([1, KV_HEADS, size, DIM], 1.3),
  value: waves([1, KV_HEADS, size, DIM], 1.7),
  causal: true,
});

const withGrad = (size: number) => ({ ...tokens(size), outputGrad: waves([1, HEADS, size, DIM], 1.9) });

const extents = (tokens: number) => ({ tokens, numHeads: HEADS, numKVHeads: KV_HEADS, headDim: DIM });

function attention(schedule: LibraryModule.Schedule, backward: boolean): RingCase {
  return {
    about: `${backward ? 'Gradients of c' : 'C'}ausal attention, ${HEADS} heads, ${KV_HEADS} of keys, head dim ${DIM}, ${schedule}`,
    shareBytes: (ranks, size) => attentionShare(extents(size), ranks, backward),
    theoryBytes: (ranks, size) => attentionBytes(extents(size), ranks, schedule, backward),
    alone: (lab, size) =>
      backward
        ? lab.attentionBackward(withGrad(size), { variant: 'flash' })
        : lab.attention(tokens(size), { variant: 'flash' }),
    together: (ring, size) =>
      backward
        ? ring.attentionBackward(withGrad(size), { schedule })
        : ring.attention(tokens(size), { schedule }),
    mostRanks: (size) => (schedule === 'ring' ? size : Math.min(size, HEADS)),
  };
}

export const RING_OPERATIONS = ['contrastive', 'attention', 'attention-backward'] as const;
export const SCHEDULES = ['ring', 'all-to-all'] as const satisfies readonly LibraryModule.Schedule[];

export const ringCase = (
  operation: (typeof RING_OPERATIONS)[number],
  schedule: LibraryModule.Schedule,
): RingCase =>
  operation === 'contrastive' ? contrastive : attention(schedule, operation === 'attention-backward');
