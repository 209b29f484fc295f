import { afterAll, beforeAll } from 'vitest';
import { openSession, runOnce, type Session } from '../../src/gpu/session.ts';
import type { BoundProblem } from '../../src/core/bind.ts';
import type { Arrays, Params } from '../../src/core/variant.ts';
import type { Deviation } from '../../src/core/deviation.ts';

/** One real device for a test file. */
export function useSession(): () => Session {
  let session: Session | undefined;
  beforeAll(async () => {
    session = await openSession(navigator.gpu, 'high-performance');
  });
  afterAll(() => {
    session?.device.destroy();
  });
  return () => {
    if (session === undefined) throw new Error('the session opens before the first test');
    return session;
  };
}

export interface Trial {
  readonly variant: string;
  readonly params?: Params;
  /** Instead of the operation's seeded ones. */
  readonly inputs?: Arrays;
}

/** Runs a variant on the GPU and compares the whole result with the float64 reference. */
export async function trial(
  session: Session,
  problem: BoundProblem,
  { variant, params, inputs = problem.inputs(7) }: Trial,
): Promise<{ outputs: Arrays; deviation: Deviation }> {
  const plan = problem.variant(variant, params).plan();
  const { outputs } = await session.guard(runOnce(session, plan, inputs, {}));
  return { outputs, deviation: problem.verify(inputs, outputs, Infinity) };
}

const SMALL_TILES: Params = { blockM: 8, blockN: 8, rows: 2, cols: 2 };

/** For whatever variant has tiles: the default ones take SwiftShader seconds to compile, anew for every option. */
export function smallTiles(problem: BoundProblem, variant: string): Params {
  const known = Object.keys(problem.variant(variant).params);
  return Object.fromEntries(Object.entries(SMALL_TILES).filter(([name]) => known.includes(name)));
}
