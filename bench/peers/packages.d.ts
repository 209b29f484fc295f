/**
 * Types of the parts of the peers that are used here. Their own types exist only after they are installed, and
 * typechecking must work before that. jax-js needs none: the training page uses it, too.
 */
declare module 'onnxruntime-web/webgpu' {
  export interface Tensor {
    readonly dims: readonly number[];
  }
  export const Tensor: {
    new (type: 'int32', data: Int32Array, dims: readonly number[]): Tensor;
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: 'float32'; dims: readonly number[] }): Tensor;
  };
  export interface WebGpuProvider {
    name: 'webgpu';
    device: GPUDevice;
  }
  export interface SessionOptions {
    executionProviders: readonly WebGpuProvider[];
    logSeverityLevel: 0 | 1 | 2 | 3 | 4;
    extra: { session: Readonly<Record<string, string>> };
  }
  export interface Session {
    run(feeds: Readonly<Record<string, Tensor>>, fetches: Readonly<Record<string, Tensor>>): Promise<unknown>;
    release(): Promise<void>;
  }
  export const InferenceSession: {
    create(model: Uint8Array, options: SessionOptions): Promise<Session>;
  };
  export const env: { wasm: { numThreads: number } };
}

declare module '@tensorflow/tfjs-core' {
  export interface Tensor {
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  export interface KernelBackend {
    dispose(): void;
  }
  export function registerBackend(name: string, factory: () => KernelBackend): boolean;
  export function removeBackend(name: string): void;
  export function setBackend(name: string): Promise<boolean>;
  export function tensor(data: Float32Array, shape: readonly number[]): Tensor;
  export function scalar(value: number): Tensor;
  export function tidy<T>(work: () => T): T;
  export function matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  export function softmax(logits: Tensor): Tensor;
  export function logSumExp(x: Tensor, axis: number): Tensor;
  export function add(a: Tensor, b: Tensor): Tensor;
  export function sub(a: Tensor, b: Tensor): Tensor;
  export function mul(a: Tensor, b: Tensor | number): Tensor;
  export function mean(x: Tensor): Tensor;
  export function sum(x: Tensor, axis?: number): Tensor;
  export function valueAndGrads(
    f: (...args: Tensor[]) => Tensor,
  ): (args: readonly Tensor[]) => { value: Tensor; grads: Tensor[] };
}

declare module '@tensorflow/tfjs-backend-webgpu' {
  import type { KernelBackend } from '@tensorflow/tfjs-core';
  export class WebGPUBackend implements KernelBackend {
    constructor(device: GPUDevice, adapterInfo: GPUAdapterInfo);
    /**
     * Operations are collected in a pass and submitted in batches. These three calls, in this order, submit the rest.
     */
    ensureCommandEncoderReady(): void;
    endComputePassEncoder(): void;
    submitQueue(): void;
    dispose(): void;
  }
}

declare module '@tensorflow/tfjs-core/dist/register_all_gradients';
