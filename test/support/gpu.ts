import { afterAll, beforeAll } from 'vitest';
import { Loaded, openSession, runOnce, type Session } from '../../src/gpu/session.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { BoundProblem } from '../../src/core/bind.ts';
import type { Arrays, Inputs, Params } from '../../src/core/variant.ts';
import type { Deviation } from '../../src/core/deviation.ts';
import { QUICK_TILE } from '../../src/tile/odd-tiles.ts';
import { knownParams } from './params.ts';

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
  readonly inputs?: Inputs;
}

/** Runs a variant on the GPU and compares the whole result with the float64 reference. */
export async function trial(
  session: Session,
  problem: BoundProblem,
  { variant, params, inputs = problem.inputs(7) }: Trial,
): Promise<{ outputs: Arrays; deviation: Deviation }> {
  const plan = problem.variant(variant, params).plan();
  const { outputs } = await session.guard(runOnce(session, plan, inputs, {}));
  return { outputs, deviation: problem.verify(await session.tensors.readAll(inputs), outputs, Infinity) };
}

/** Runs a plan twice over: the second run finds in its workspace what the first one left there. */
export async function twice(
  session: Session,
  plan: Plan,
  inputs: Arrays,
): Promise<{ first: Arrays; second: Arrays }> {
  const run = async () => {
    const loaded = await Loaded.load(session, plan, inputs);
    try {
      await loaded.job.execute();
      const first = await loaded.outputs();
      await loaded.job.execute();
      return { first, second: await loaded.outputs() };
    } finally {
      loaded.destroy();
    }
  };
  return session.guard(run());
}

/** Whether all outputs are the same, NaN and the sign of 0 included. */
export const sameBits = (a: Arrays, b: Arrays): boolean =>
  Object.entries(a).every(([name, values]) => {
    const [left, right] = [bytesOf(values), bytesOf(b[name] ?? new Uint8Array())];
    return left.length === right.length && left.every((byte, at) => byte === right[at]);
  });

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** For whatever variant has tiles: the default ones take SwiftShader seconds to compile, anew for every option. */
export function smallTiles(problem: BoundProblem, variant: string): Params {
  const names = Object.keys(problem.variant(variant).params);
  return knownParams(
    names.map((name) => ({ name })),
    QUICK_TILE,
  );
}
