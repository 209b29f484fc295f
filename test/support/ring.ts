import { expect } from 'vitest';
import type { Run } from '../../src/index.ts';
import { SessionRank } from '../../src/worker/session-rank.ts';
import { openRing, ringOf, type Ring } from '../../src/worker/ring-client.ts';

/** A ring whose ranks are devices in this thread: a test can lose them. */
export async function localRing(
  count: number,
  gpu: GPU = navigator.gpu,
): Promise<{ ring: Ring; ranks: readonly SessionRank[] }> {
  const ranks = Array.from({ length: count }, () => new SessionRank(gpu, 'high-performance'));
  return { ring: await ringOf(ranks), ranks };
}

/** A GPU whose devices note the buffers that have not been destroyed. */
export function countedGpu(gpu: GPU, buffers: Set<GPUBuffer>): GPU {
  const count = (device: GPUDevice): GPUDevice => {
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      buffers.add(buffer);
      buffer.destroy = () => {
        buffers.delete(buffer);
        destroy();
      };
      return buffer;
    };
    return device;
  };
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options);
    if (adapter === null) return null;
    const request = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => count(await request(descriptor));
    return adapter;
  };
  return { requestAdapter } as GPU;
}

/** A ring in workers where there are some; on Dawn in Node, in this thread. */
export const anyRing = (ranks: number): Promise<Ring> => openRing({ ranks });

/** Tiles of attention that are compiled quickly. */
export const attentionParams = {
  ...{ blockM: 8, blockN: 8, rows: 2, cols: 2 },
  ...{ stageDepth: 0, quads: 0, vectorWidth: 1 },
};

/** And of contrastive losses. */
export const params = { ...attentionParams, colsV: 2 };

type Values = ArrayLike<number>;
const valuesOf = (part: unknown): Values | undefined => {
  if (typeof part === 'number') return [part];
  if (ArrayBuffer.isView(part)) return part as Float32Array;
  return typeof part === 'object' && part !== null && 'data' in part
    ? (part.data as Float32Array)
    : undefined;
};

/** Equal numbers count as such, infinities too. */
function relL2(found: Values, wanted: Values): number {
  expect(found.length).toBe(wanted.length);
  let [error, norm] = [0, 0];
  for (let at = 0; at < wanted.length; at++) {
    const value = wanted[at] ?? NaN;
    if (Object.is(found[at], value)) continue;
    error += ((found[at] ?? NaN) - value) ** 2;
  }
  for (const value of Array.from(wanted)) if (Number.isFinite(value)) norm += value ** 2;
  return Math.sqrt(error / (norm === 0 ? 1 : norm));
}

/** Relative L2 differences that results may have, and gradients. */
interface Bounds {
  readonly results: number;
  readonly gradients: number;
}

const LOSSES: Bounds = { results: 1e-6, gradients: 3e-6 };
export const ATTENTION: Bounds = { results: 5e-6, gradients: 1e-5 };

/** Compares every number of two results. */
export function compare<Result extends { readonly run: Run }>(
  found: Result,
  wanted: Result,
  bounds: Bounds = LOSSES,
): void {
  const { run: _ran, ...outputs } = wanted;
  const flat = (result: object): [string, unknown][] =>
    Object.entries(result).flatMap(([name, part]: [string, unknown]) =>
      valuesOf(part) === undefined && typeof part === 'object' && part !== null
        ? flat(part).map(([inner, value]): [string, unknown] => [`${name}.${inner}`, value])
        : [[name, part]],
    );
  const other = new Map(flat(found));
  for (const [name, part] of flat(outputs)) {
    const values = valuesOf(part);
    if (values === undefined) continue;
    const deviation = relL2(valuesOf(other.get(name)) ?? [], values);
    expect(deviation, `${name}: relative L2 ${deviation}`).toBeLessThan(
      /Grad\b/.test(name) ? bounds.gradients : bounds.results,
    );
  }
}
