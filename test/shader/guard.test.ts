import { describe, expect, test } from 'vitest';
import { compileModule } from '../../src/gpu/shader-module.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { bind } from '../../src/core/bind.ts';
import { guardedPlan } from '../../src/core/plan.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { deviceProfile, withMatrixUnits } from '../support/device-profile.ts';
import { openNullDevice } from '../support/dawn.ts';

/** A narrow one with quads, as SwiftShader, and a wide one, which stages operands between barriers. */
const DEVICES = [deviceProfile(2 ** 14, 4, ['subgroups']), deviceProfile(2 ** 15, 32)] as const;

/** Counters must not make control flow look less uniform than it is, or barriers inside would be refused. */
describe('every kernel compiles with its loops guarded', () => {
  for (const operation of OPERATIONS) {
    for (const { id, needs } of operation.variants) {
      test(`${operation.id} ${id}`, async () => {
        const device = await openNullDevice();
        const devices = needs === undefined ? DEVICES : [withMatrixUnits(2 ** 15)];
        const plans = devices.map((profile) => operation.bind(operation.example, profile).variant(id).plan());
        for (const pass of plans.flatMap((plan) => guardedPlan(plan).passes)) {
          expect((await compileModule(device, pass)).cutOff).toBeDefined();
        }
      });
    }
  }

  test('with a loop that only a return leaves, too', async () => {
    const maskMod = 'var n = q; loop { if (n > kv) { return true; } n++; }';
    const problem = bind(attention, attentionProblem({ seqLenQ: 8, headDim: 4, maskMod }), DEVICES[0]);
    const device = await openNullDevice();
    for (const pass of guardedPlan(problem.variant('naive').plan()).passes) {
      expect((await compileModule(device, pass)).cutOff).toBeDefined();
    }
  });
});

describe('how often a loop may turn', () => {
  const turnsOf = (seqLenQ: number) =>
    guardedPlan(
      bind(attention, attentionProblem({ seqLenQ, headDim: 64 }), DEVICES[0])
        .variant('flash')
        .plan(),
    ).passes.map(({ mostTurns }) => mostTurns ?? 0);

  test('is enough for a small problem, and grows with the work of a large one', () => {
    expect(turnsOf(8)).toEqual([262_144, 262_144]); // the walk, and the pass that mends rows
    const [long = 0] = turnsOf(2 ** 20);
    // An invocation of flash walks all keys, and for each of them the head's dimensions, four at a time.
    expect(long).toBeGreaterThan((2 ** 20 * 64) / 4);
  });
});
