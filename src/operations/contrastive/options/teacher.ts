import { requireCount, requireFinite } from '../../../core/checks.ts';
import { f32 } from '../../../core/plan.ts';
import { requireShape, requireTensor } from '../../../core/tensor.ts';
import { unitEmbeddings } from '../embeddings.ts';
import { lossOf } from '../losses/index.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { optionOfSome, TEACHER } from './option.ts';

const hasTeacher = ({ loss }: ContrastiveProblem): boolean => lossOf(loss).teacher === true;

const WITHOUT = 'its targets are no teacher’s';

/** Follows the columns: the teacher has a row for each. */
export const teacherDim = optionOfSome(WITHOUT, {
  name: 'teacherDim',
  title: 'Teacher dim',
  help: 'soft-targets: how many numbers each of the teacher’s embeddings has, which need not be as many as the student’s',
  flag: '--teacher-dim <n>',
  group: TEACHER,
  control: { kind: 'count', most: 8192 },
  unset: 'as embedding dim',
  alsoCalled: ['teacherX', 'teacherX.shape'],
  example: '16',
  exampleWith: { loss: 'soft-targets' },
  arguments: {
    teacherX(value, { numRows }) {
      const { shape, data } = requireTensor('teacherX', value, 2);
      const [, dim = 0] = shape;
      requireShape('teacherX', { shape }, [numRows, dim]);
      return { fields: { teacherDim: dim }, data };
    },
  },
  check({ teacherDim: dim }) {
    if (dim !== undefined) requireCount('teacherDim', dim);
  },
  condition: {
    name: 'TEACHER',
    about: 'the target of each row is the softmax of a teacher’s scores',
    when: hasTeacher,
  },
  data: {
    name: 'teacherX',
    dtype: 'f32',
    cut: 'rows',
    when: hasTeacher,
    count: ({ numRows, teacherDim: dim = 0 }) => numRows * dim,
    values: ({ numRows, teacherDim: dim = 0 }, seed) => unitEmbeddings(numRows, dim, seed + 7),
  },
  file: {
    argument: 'teacherX',
    about: '[rows, teacher dim]',
    known: /^(teacher_?x|teacher_?(a|images?|queries))$/i,
    as: 'tensor',
  },
  random: (draw) => ({ teacherDim: draw.oneOf(1, 5) }),
});

export const teacherScale = optionOfSome(WITHOUT, {
  name: 'teacherScale',
  title: 'Teacher scale',
  help: 'soft-targets: the teacher’s similarities are multiplied by this before its softmax; smaller ones make softer targets',
  flag: '--teacher-scale <x>',
  group: TEACHER,
  control: { kind: 'number', least: -1000, most: 1000 },
  unset: '1 / 0.07',
  alsoCalled: ['teacherY', 'teacherY.shape'],
  example: '5',
  exampleWith: { loss: 'soft-targets' },
  arguments: {
    teacherScale: (value) => ({ fields: { teacherScale: typeof value === 'number' ? value : NaN } }),
    teacherY(value, { numCols, teacherDim: dim = 0 }) {
      const tensor = requireTensor('teacherY', value, 2);
      requireShape('teacherY', tensor, [numCols, dim]);
      return { fields: {}, data: tensor.data };
    },
  },
  check({ teacherScale: scale = 0 }) {
    requireFinite('teacherScale', scale);
  },
  uniforms: ({ teacherScale: scale = 0 }) => [f32('teacher_scale', scale)],
  data: {
    name: 'teacherY',
    dtype: 'f32',
    cut: 'columns',
    when: hasTeacher,
    count: ({ numCols, teacherDim: dim = 0 }) => numCols * dim,
    values: ({ numCols, teacherDim: dim = 0 }, seed) => unitEmbeddings(numCols, dim, seed + 8),
  },
  file: {
    argument: 'teacherY',
    about: '[columns, teacher dim]',
    known: /^(teacher_?y|teacher_?(b|texts?|documents?))$/i,
    as: 'tensor',
  },
  random: (draw) => ({ teacherScale: draw.oneOf(0, 3, 20) }),
});
