import type { DeviceProfile } from '../../core/device-profile.ts';
import { floatBytes } from '../../core/plan.ts';
import { leastBytes, trafficBytes } from '../../core/traffic.ts';
import type { Params } from '../../core/variant.ts';
import type { AttentionProblem } from './problem.ts';
import { flash } from './variants/flash.ts';
import { visiblePairs } from './visibility.ts';

/** A tile of flash, and the bytes that it moves in a model. */
export interface IoPoint {
  readonly params: Params;
  readonly blockM: number;
  readonly blockN: number;
  /** M: bytes that a workgroup holds of query, sums, key, value and scores. */
  readonly fastBytes: number;
  /** Bytes of the plan where each workgroup reads what it needs once. */
  readonly movedBytes: number;
  /** N² d² / M. */
  readonly orderBytes: number;
  /** The bytes below which no kernel comes, but for a constant. Inputs and outputs are counted once. */
  readonly boundBytes: number;
  /** Whether the variant takes this tile by default. */
  readonly isDefault: boolean;
  /** `true`, or why the device cannot run it. */
  readonly supported: true | string;
}

/**
 * Traffic over the height of a tile, beside what theory allows: Θ(N²d²/M) words with a fast memory of M ≥ d² words, and Ω(N²d/√M), as
 * for a product of matrices, with a smaller one. Saha and Ye, "The I/O Complexity of Attention" (2024). N² is the number of visible
 * pairs here. Inputs and outputs have to be moved once in any case.
 */
export function ioModel(problem: AttentionProblem, device: DeviceProfile): IoPoint[] {
  const { headDim, headDimV } = problem;
  const defaults = flash.defaults(problem, device);
  const pairs = visiblePairs(problem);
  const squared = headDim * headDimV;
  const heights = flash.params.find(({ name }) => name === 'blockM')?.choices ?? [];
  return heights.map((blockM) => {
    const { rows = 1, blockN = 1 } = defaults;
    const params = { ...defaults, blockM, rows: Math.min(rows, blockM) };
    const fast = (blockM + blockN) * (headDim + headDimV) + blockM * blockN;
    const plan = flash.plan(problem, params);
    const least = leastBytes(plan);
    const order = (pairs * squared) / fast;
    const product = (pairs * Math.sqrt(squared)) / Math.sqrt(fast);
    return {
      ...{ params, blockM, blockN },
      fastBytes: floatBytes(fast),
      movedBytes: trafficBytes(plan),
      orderBytes: floatBytes(order),
      boundBytes: Math.max(least, floatBytes(Math.min(order, product))),
      isDefault: blockM === defaults['blockM'],
      supported: flash.supports(problem, params, device),
    };
  });
}

/** The tiles of a model that the device can run, to be measured as a sweep. */
export const ioSweep = (points: readonly IoPoint[]) =>
  points.flatMap(({ params, blockM, blockN, supported }) =>
    supported === true
      ? [{ variant: flash.id, label: `${flash.id} ${blockM} × ${blockN}`, params, sweep: true }]
      : [],
  );
