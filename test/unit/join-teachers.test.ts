import { expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { joinTeachers } from '../../src/operations/contrastive/join-teachers.ts';
import { thrown, zeros } from '../support/call-args.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { normals } from '../../src/core/random.ts';

const tensor = (seed: number, rows: number, width: number) =>
  floatTensor([rows, width], normals(rows * width, seed));

test('the scores of joined teachers are the sum of theirs', () => {
  const teachers = [
    { x: tensor(1, 3, 4), y: tensor(2, 5, 4), scale: 7 },
    { x: tensor(3, 3, 2), y: tensor(4, 5, 2) },
  ];
  const { teacherX, teacherY, teacherScale } = joinTeachers(teachers);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>, i: number, j: number, width: number) =>
    Array.from({ length: width }, (_, d) => (a[i * width + d] ?? NaN) * (b[j * width + d] ?? NaN)).reduce(
      (sum, term) => sum + term,
    );
  for (const [i, j] of [
    [0, 0],
    [2, 4],
    [1, 3],
  ] as const) {
    const expected = teachers.reduce(
      (sum, { x, y, scale = 1 }) => sum + scale * dot(x.data, y.data, i, j, x.shape[1] ?? 0),
      0,
    );
    expect(teacherScale * dot(teacherX.data, teacherY.data, i, j, 6)).toBeCloseTo(expected, 5);
  }
});

test.each([
  [
    'teachers[1].x.shape',
    [
      { x: zeros(3, 4), y: zeros(5, 4) },
      { x: zeros(2, 4), y: zeros(5, 4) },
    ],
  ],
  ['teachers[0].scale', [{ x: zeros(3, 4), y: zeros(5, 4), scale: NaN }]],
  ['teachers', []],
])('refused by name: %s', (argument, teachers) => {
  const error = thrown(() => joinTeachers(teachers));
  expect(error).toBeInstanceOf(ShapeError);
  expect(error).toMatchObject({ argument });
});
