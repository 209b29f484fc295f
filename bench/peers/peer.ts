import type { Session } from '../../src/gpu/session.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import type { Arrays } from '../../src/core/variant.ts';

/** Outputs by name: peers give f32. */
export type FloatArrays = Readonly<Record<string, Float32Array>>;

/** Attention to compute. Tensors are row-major, `[batch, heads, length, headDim]`. */
export interface AttentionWork {
  readonly operation: 'attention';
  readonly problem: AttentionProblem;
  readonly inputs: Arrays & Readonly<Record<'query' | 'key' | 'value', Float32Array>>;
}

/** A symmetric loss to compute, of x `[N, D]` and y `[N, D]`, with the gradients of x, y and the scale. */
export interface ContrastiveWork {
  readonly operation: 'contrastive';
  readonly problem: ContrastiveProblem;
  readonly inputs: Arrays & Readonly<Record<'x' | 'y', Float32Array>>;
}

/** Work to compute, the same for every library. */
export type Work = AttentionWork | ContrastiveWork;

/** A library with WebGPU kernels of its own, opened on a device. */
export interface Peer {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** Says in words on which device it runs. */
  readonly device: string;
  /**
   * Uploads the inputs in the layout of the library, and compiles.
   * @throws UnsupportedError with the reason, if the library cannot compute this
   */
  prepare(work: Work): Promise<Prepared>;
}

/** Compiled work whose inputs are on the GPU. */
export interface Prepared {
  /** Submits one execution; its outputs stay on the GPU. */
  run(): Promise<void>;
  /** Resolves when the GPU has finished all submitted work. */
  settle(): Promise<void>;
  /**
   * Reads the last execution's outputs: `output` in `query`'s layout, or `loss`, `xGrad`, `yGrad` and
   * `logitScaleGrad`.
   */
  outputs(): Promise<FloatArrays>;
  dispose(): void;
}

/** Opens a library. It runs on the device of Tilewise's session, if it accepts a device. */
export type OpenPeers = (session: Session) => Promise<readonly Peer[]>;

/** The libraries that can be chosen. */
export const PEER_IDS = ['tilewise', 'ort', 'tfjs', 'jax'] as const;
export type PeerId = (typeof PEER_IDS)[number];

export const SHARED_DEVICE = 'the device of Tilewise';
export const OWN_DEVICE = 'a device of its own on the same adapter';
