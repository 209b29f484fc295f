import { bind, type BoundProblem, type BoundVariant } from '../core/bind.ts';
import { matmul } from '../operations/matmul/operation.ts';
import type { Params } from '../core/variant.ts';
import type { Session } from '../gpu/session.ts';
import type { MeasureContext } from './context.ts';
import type { Report, Result } from './report.ts';
import type { Tell } from './steps.ts';
import { LONG_ENOUGH_MS, timePlan } from './time-plan.ts';

export type Yardstick = NonNullable<Report['matmul']>;

/** Tiles worth trying: none is best on every device. */
const TILES: readonly Params[] = [
  { blockM: 32, blockN: 32, rows: 8, cols: 8, stageDepth: 0 },
  { blockM: 16, blockN: 64, rows: 16, cols: 16, stageDepth: 0, quads: 1 },
  { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 16 },
  { blockM: 128, blockN: 64, rows: 8, cols: 4, stageDepth: 16 },
];

/** Sizes to try, until one execution is long enough to be told from its overhead. */
const SIZES = [256, 512, 1024, 2048];

/** The best WGSL matmul on this device, in GFLOP/s: what the other kernels are held against. */
export async function measureMatmul(context: MeasureContext, tell: Tell): Promise<Yardstick> {
  const { session } = context;
  let best: Yardstick = { size: 0, gflops: 0, params: {} };
  for (const size of SIZES) {
    const problem = bind(matmul, { size }, session.identity);
    const variants = [...TILES.map((params) => problem.variant('tiled', params)), problem.variant('matrix')];
    const usable = variants.filter(({ supported }) => supported === true);
    for (const [index, variant] of usable.entries()) {
      tell(
        'matmul',
        (SIZES.indexOf(size) + index / usable.length) / SIZES.length,
        `yardstick · matmul ${size}³`,
      );
      const gflops = await speed(session, problem, variant, context.signal);
      if (gflops > best.gflops) best = { size, gflops, variant: variant.id, params: variant.params };
    }
    if (problem.flops / best.gflops / 1e6 >= LONG_ENOUGH_MS) break;
  }
  return best;
}

/** Measures the yardstick's best tile once more, and keeps the better figure. */
export async function confirmMatmul(context: MeasureContext, yardstick: Yardstick): Promise<Yardstick> {
  const problem = bind(matmul, { size: yardstick.size }, context.session.identity);
  const variant = problem.variant(yardstick.variant ?? 'tiled', yardstick.params);
  const gflops = await speed(context.session, problem, variant, context.signal);
  return { ...yardstick, gflops: Math.max(gflops, yardstick.gflops) };
}

/** How `gflops` follows from the time. */
export const matmulFormula = ({ size }: Yardstick): string => `2 · ${size}³ FLOP / time`;

/** A result with its share of the yardstick, if both have a speed. */
export function against(yardstick: Yardstick | undefined, result: Result): Result {
  if (yardstick === undefined || result.gflops === undefined) return result;
  return { ...result, percentOfMatmul: (100 * result.gflops) / yardstick.gflops };
}

async function speed(
  session: Session,
  problem: BoundProblem,
  variant: BoundVariant,
  signal: AbortSignal | undefined,
): Promise<number> {
  const inputs = problem.inputs(1);
  const { medianMs, outputs } = await timePlan({ session, signal }, variant.plan(), inputs);
  // A wrong product is no yardstick. A few rows are enough to notice.
  return problem.verify(inputs, outputs, 1e7).ok ? problem.flops / medianMs / 1e6 : 0;
}
