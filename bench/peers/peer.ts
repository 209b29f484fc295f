import type { Session } from '../../src/gpu/session.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import type { Arrays } from '../../src/core/variant.ts';

/** Outputs by name: peers give f32. */
export type FloatArrays = Readonly<Record<string, Float32Array>>;

/** Attention's tensors, row-major: `[batch, heads, length, headDim]`. */
export interface AttentionWork {
  readonly operation: 'attention';
  readonly problem: AttentionProblem;
  readonly inputs: Arrays & Readonly<Record<'query' | 'key' | 'value', Float32Array>>;
}

/** The symmetric loss of x `[N, D]` and y `[N, D]`, with the gradients of both and of the scale. */
export interface ContrastiveWork {
  readonly operation: 'contrastive';
  readonly problem: ContrastiveProblem;
  readonly inputs: Arrays & Readonly<Record<'x' | 'y', Float32Array>>;
}

/** One thing to compute, the same for everybody. */
export type Work = AttentionWork | ContrastiveWork;

/** A library with WebGPU kernels of its own, opened on a device. */
export interface Peer {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** On whose device it runs, in words. */
  readonly device: string;
  /**
   * Uploads the inputs in whatever layout the library wants, and compiles.
   * @throws UnsupportedError with the reason, if the library cannot compute this
   */
  prepare(work: Work): Promise<Prepared>;
}

/** Work whose inputs are on the GPU. */
export interface Prepared {
  /** Submits one execution; its outputs stay on the GPU. */
  run(): Promise<void>;
  /** Resolves when the GPU has done all that was submitted. */
  settle(): Promise<void>;
  /** Of the last execution: `output` in `query`'s layout, or `loss`, `xGrad`, `yGrad` and `logitScaleGrad`. */
  outputs(): Promise<FloatArrays>;
  dispose(): void;
}

/** Opens a library beside Tilewise's own session, on its device where the library takes one. */
export type OpenPeers = (session: Session) => Promise<readonly Peer[]>;

/** What can be chosen: each is one library. */
export const PEER_IDS = ['tilewise', 'ort', 'tfjs', 'jax'] as const;
export type PeerId = (typeof PEER_IDS)[number];

export const SHARED_DEVICE = 'the device of Tilewise';
export const OWN_DEVICE = 'a device of its own on the same adapter';
