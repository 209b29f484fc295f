import { requireFinite } from '../../core/checks.ts';
import { ShapeError } from '../../core/errors.ts';
import {
  describe,
  floatTensor,
  requireShape,
  requireTensor,
  type FloatTensor,
  type Tensor,
} from '../../core/tensor.ts';

/** One of several teachers whose scores are added up. */
export interface Teacher {
  /** [N, width] */
  readonly x: Tensor;
  /** [M, width] */
  readonly y: Tensor;
  /** Factor of the teacher's similarities in the sum. Default 1. */
  readonly scale?: number;
}

/** The teacher of a call with `soft-targets`. */
export interface JoinedTeacher {
  readonly teacherX: FloatTensor;
  readonly teacherY: FloatTensor;
  readonly teacherScale: number;
}

/**
 * The one teacher whose scores are the sum of those of several: their embeddings side by side, each of x times its scale. Their
 * widths may differ.
 * @throws ShapeError naming the teacher's tensor
 */
export function joinTeachers(teachers: readonly Teacher[]): JoinedTeacher {
  const [first] = teachers;
  if (first === undefined) throw new ShapeError('teachers', 'at least one teacher', 'none');
  const scales = teachers.map(({ scale = 1 }, at) => {
    requireFinite(`teachers[${at}].scale`, scale);
    return scale;
  });
  return {
    teacherX: sideBySide(
      'x',
      teachers.map(({ x }) => x),
      scales,
    ),
    teacherY: sideBySide(
      'y',
      teachers.map(({ y }) => y),
      scales.map(() => 1),
    ),
    teacherScale: 1,
  };
}

function sideBySide(name: string, tensors: readonly Tensor[], factors: readonly number[]): FloatTensor {
  const parts = tensors.map((tensor, at) => {
    const argument = `teachers[${at}].${name}`;
    const { shape, data } = requireTensor(argument, tensor, 2);
    if (!(data instanceof Float32Array)) throw new ShapeError(argument, 'values on the host', describe(data));
    const [rows = 0, width = 0] = shape;
    requireShape(argument, { shape }, [tensors[0]?.shape[0] ?? rows, width]);
    return { data, width, factor: factors[at] ?? NaN };
  });
  const rows = tensors[0]?.shape[0] ?? 0;
  const total = parts.reduce((sum, { width }) => sum + width, 0);
  const joined = new Float32Array(rows * total);
  let start = 0;
  for (const { data, width, factor } of parts) {
    for (let row = 0; row < rows; row++) {
      for (let d = 0; d < width; d++) {
        joined[row * total + start + d] = factor * (data[row * width + d] ?? NaN);
      }
    }
    start += width;
  }
  return floatTensor([rows, total], joined);
}
