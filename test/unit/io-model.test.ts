import { describe, expect, test } from 'vitest';
import { modelled, renderIo } from '../../bench/io.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { ioModel, ioSweep } from '../../src/operations/attention/io-model.ts';
import { deviceProfile } from '../support/device-profile.ts';
import { sampleDevice } from '../support/sample-report.ts';

const device = deviceProfile(32768, 32, ['subgroups']);
const shape = { numHeads: 8, seqLenQ: 1024, headDim: 64 };

describe('modelled traffic', () => {
  const points = ioModel(attentionProblem(shape), device);

  test('falls with the height of a tile, and never below the bound', () => {
    points.forEach(({ movedBytes, orderBytes, boundBytes }, index) => {
      expect(movedBytes).toBeLessThan(points[index - 1]?.movedBytes ?? Infinity);
      expect(movedBytes).toBeGreaterThan(boundBytes);
      expect(orderBytes).toBeLessThan(points[index - 1]?.orderBytes ?? Infinity);
    });
  });

  test('is N² d² / M in order, or inputs and outputs once', () => {
    const [first] = points;
    // (8 + blockN) rows of 64 + 64 numbers, and the scores; N² = 8 · 1024².
    const words = (8 + (first?.blockN ?? NaN)) * 128 + 8 * (first?.blockN ?? NaN);
    expect(first?.orderBytes).toBe((4 * 8 * 1024 ** 2 * 64 ** 2) / words);
    const [short] = ioModel(attentionProblem({ ...shape, seqLenQ: 32 }), device);
    expect(short?.boundBytes).toBe(4 * 8 * 32 * (4 * 64 + 1));
  });

  test('marks the default tile, and sweeps what the device can run', () => {
    expect(points.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    const runs = points.filter(({ supported }) => supported === true);
    expect(ioSweep(points).map(({ params }) => params)).toEqual(runs.map(({ params }) => params));
  });
});

test('the command line shows it, and refuses what it does not model', () => {
  const plan = {
    budgetMs: 1,
    cases: [{ operation: 'attention', problem: attentionProblem(shape) }],
  } as const;
  expect(renderIo(modelled(plan, sampleDevice))).toContain('(default)');
  expect(() => modelled({ ...plan, cases: [] }, sampleDevice)).toThrow('--io');
});
