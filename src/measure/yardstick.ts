import { bind, type BoundProblem, type BoundVariant } from '../core/bind.ts';
import { matmul } from '../operations/matmul/operation.ts';
import type { Params } from '../core/variant.ts';
import type { Session } from '../gpu/session.ts';
import type { MeasureContext } from './context.ts';
import type { Report, Result } from './report.ts';
import type { Tell } from './steps.ts';
import { LONG_ENOUGH_MS, timePlan } from './time-plan.ts';

export type Yardstick = NonNullable<Report['matmul']>;

/** Tile shapes to try. No shape is the best on every device. */
const TILES: readonly Params[] = [
  { blockM: 32, blockN: 32, rows: 8, cols: 8, stageDepth: 0 },
  { blockM: 16, blockN: 64, rows: 16, cols: 16, stageDepth: 0, quads: 1 },
  { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 16 },
  { blockM: 128, blockN: 64, rows: 8, cols: 4, stageDepth: 16 },
];

/** Sizes to try in turn, until one execution is long enough for its overhead not to matter. */
const SIZES = [256, 512, 1024, 2048];

/** Measures the yardstick: the best WGSL matmul on this device, in GFLOP/s, with which other kernels are compared. */
export async function measureMatmul(context: MeasureContext, tell: Tell): Promise<Yardstick> {
  const { session } = context;
  let best: Yardstick = { size: 0, gflops: 0, params: {} };
  for (const size of SIZES) {
    const problem = bind(matmul, { size }, session.identity);
    const variants = problem.variantIds.flatMap((id) =>
      (id === 'tiled' ? TILES : [{}]).map((params) => problem.variant(id, params)),
    );
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

/** The formula behind `gflops`. */
export const matmulFormula = ({ size }: Yardstick): string => `2 · ${size}³ FLOP / time`;

/** Adds to a result its percentage of the yardstick, if both have a speed. */
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
  // A matmul that computes something wrong is no yardstick. Comparing a few rows shows that.
  return problem.verify(inputs, outputs, 1e7).ok ? problem.flops / medianMs / 1e6 : 0;
}
