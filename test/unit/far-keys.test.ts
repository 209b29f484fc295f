/** Keys that all turn by one distance: LM-Infinite's limit and A²ATS's window, against their definition. */
import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import { floatTensor, sizeOf } from '../../src/core/tensor.ts';
import type { Arrays } from '../../src/core/variant.ts';
import { attentionBackwardCall } from '../../src/operations/attention-backward/call.ts';
import type { AttentionArgs } from '../../src/operations/attention/api.ts';
import { attentionCall } from '../../src/operations/attention/call.ts';
import { referenceData } from '../../src/operations/attention/data.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';

const [BATCH, HEADS, QUERIES, KEYS, WIDTH] = [2, 2, 6, 20, 8];
const LENGTHS = [20, 9];
const tensor = (seed: number, ...shape: number[]) => floatTensor(shape, normals(sizeOf(shape), seed));
const QKV = {
  query: tensor(1, BATCH, HEADS, QUERIES, WIDTH),
  key: tensor(2, BATCH, HEADS, KEYS, WIDTH),
  value: tensor(3, BATCH, HEADS, KEYS, WIDTH),
};

/** A call with the float64 reference in place of kernels. */
function resultOf(args: AttentionArgs) {
  const call = attentionCall(args);
  return call.result(
    call.parts.map(({ problem, inputs }) => {
      const rows = Array.from({ length: BATCH * HEADS * QUERIES }, (_, row) => row);
      const { output, lse } = attentionReference(problem, referenceData(problem, inputs as Arrays), rows);
      const outputs = { output: Float32Array.from(output), lse: Float32Array.from(lse) };
      const run = { operation: 'attention', variant: '', params: {}, paramsFrom: 'defaults' as const };
      return { outputs, run: { ...run, workspaceBytes: 0, flops: 1, passes: [''], wallMs: 1 } };
    }),
  );
}

/** Attention whose pairs turn by the distance that `turn` makes of theirs, straight from the definition. */
function defined(turn: (distance: number) => number, isCausal: boolean): number[] {
  const output: number[] = [];
  for (let row = 0; row < BATCH * HEADS * QUERIES; row++) {
    const head = Math.floor(row / QUERIES);
    const length = LENGTHS[Math.floor(head / HEADS)] ?? 0;
    const place = (row % QUERIES) + length - QUERIES;
    const scores = Array.from({ length }, (_, j) => {
      if (isCausal && j > place) return -Infinity;
      const at = (data: Float32Array, line: number, d: number) => data[line * WIDTH + d] ?? NaN;
      let score = 0;
      for (let pair = 0; pair < WIDTH / 2; pair++) {
        const angle = turn(place - j) * 10_000 ** ((-2 * pair) / WIDTH);
        const [x, y] = [pair, pair + WIDTH / 2].map((d) => at(QKV.query.data, row, d));
        const [u, v] = [pair, pair + WIDTH / 2].map((d) => at(QKV.key.data, head * KEYS + j, d));
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        score +=
          (c * (x ?? NaN) - s * (y ?? NaN)) * (u ?? NaN) + (s * (x ?? NaN) + c * (y ?? NaN)) * (v ?? NaN);
      }
      return score / Math.sqrt(WIDTH);
    });
    const weights = scores.map((score) => Math.exp(score));
    const sum = weights.reduce((a, b) => a + b, 0);
    for (let d = 0; d < WIDTH; d++) {
      output.push(
        weights.reduce(
          (total, weight, j) =>
            total + (weight / sum) * (QKV.value.data[(head * KEYS + j) * WIDTH + d] ?? NaN),
          0,
        ),
      );
    }
  }
  return output;
}

describe.each([true, false])('causal %s', (isCausal) => {
  test.each<[string, NonNullable<AttentionArgs['rope']>, (distance: number) => number]>([
    ['no distance counts for more than 5', { maxDistance: 5 }, (distance) => Math.min(distance, 5)],
    ['keys behind 7 stand at 30', { window: 7, beyond: 30 }, (distance) => (distance > 7 ? 30 : distance)],
    ['a window of all keys', { window: 40 }, (distance) => distance],
    ['no window', { maxDistance: 0 }, (distance) => Math.min(distance, 0)],
  ])('%s', (_, rope, turn) => {
    const { output, run } = resultOf({ ...QKV, rope, causal: isCausal, seqLensKV: LENGTHS });
    const expected = defined(turn, isCausal);
    output.data.forEach((value, at) => expect(value).toBeCloseTo(expected[at] ?? NaN, 5));
    expect(run).toMatchObject({ flops: 2, wallMs: 2, passes: ['', ''] });
  });
});

test('sinks count once', () => {
  const sinks = Float32Array.from([0.5, -1]);
  const rope = { maxDistance: 40 };
  const [split, whole] = [resultOf({ ...QKV, rope, sinks }), resultOf({ ...QKV, rope: {}, sinks })];
  split.lse.data.forEach((value, at) => expect(value).toBeCloseTo(whole.lse.data[at] ?? NaN, 5));
});

describe('what does not go with it is refused by name', () => {
  test.each<[string, object]>([
    ['rope.maxDistance', { rope: { maxDistance: -1 } }],
    ['rope.maxDistance', { rope: { maxDistance: 3, window: 3 } }],
    ['rope.window', { rope: { beyond: 3 } }],
    ['rope.window', { rope: { window: 1.5 } }],
    ['rope.beyond', { rope: { window: 3, beyond: NaN } }],
  ])('%s', (argument, args) => {
    const attempt = () => attentionCall({ ...QKV, ...args });
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow(expect.objectContaining({ argument }));
  });

  test.each<[string, object]>([
    ['rope.maxDistance', { rope: { maxDistance: 3 }, window: [4, 0] }],
    ['rope.maxDistance', { rope: { maxDistance: 3, positionsQ: [0, 1, 2, 3, 4, 5] } }],
    ['rope.window', { rope: { window: 3 }, causal: 'top-left' }],
    ['rope.window', { rope: { window: 3 }, alibiSlopes: Float32Array.of(1, 2) }],
    ['rope.window', { rope: { window: 3 }, keysRotated: true }],
  ])('%s, which is not built', (argument, args) => {
    const attempt = () => attentionCall({ ...QKV, ...args });
    expect(attempt).toThrow(UnsupportedError);
    expect(attempt).toThrow(expect.objectContaining({ argument }));
  });

  test('and gradients', () => {
    const outputGrad = tensor(4, BATCH, HEADS, QUERIES, WIDTH);
    const attempt = () => attentionBackwardCall({ ...QKV, outputGrad, rope: { maxDistance: 3 } });
    expect(attempt).toThrow(expect.objectContaining({ argument: 'rope.maxDistance' }));
  });
});
