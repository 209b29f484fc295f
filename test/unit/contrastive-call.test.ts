import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { readContrastive } from '../../src/operations/contrastive/call.ts';
import type { ContrastiveArgs } from '../../src/operations/contrastive/api.ts';
import { thrown, zeros } from '../support/call-args.ts';
import { floatTensor, sizeOf, type Tensor } from '../../src/core/tensor.ts';
import { areOnHost } from '../../src/core/variant.ts';

type Change = Partial<Record<keyof ContrastiveArgs, unknown>>;

const ARGS: ContrastiveArgs = { loss: 'clip', x: zeros(4, 3), y: zeros(4, 3) };
const NCE = { loss: 'info-nce' };
const ALONE = { y: undefined };
const TAUGHT = { loss: 'soft-targets', teacherX: zeros(4, 2), teacherY: zeros(4, 2) };

const halves = (...shape: number[]): Tensor => ({
  shape,
  dtype: 'f16',
  data: new Uint16Array(sizeOf(shape)),
});

function call(change: Change) {
  const { problem, inputs } = readContrastive({ ...ARGS, ...change } as ContrastiveArgs);
  if (!areOnHost(inputs)) throw new Error('nothing is on a device');
  return { problem, inputs };
}

describe('a good call becomes a problem and its data', () => {
  test('without gradients by default', () => {
    expect(call({}).problem).toMatchObject({ numRows: 4, numCols: 4, embedDim: 3, gradients: [] });
  });

  test('labels are an input', () => {
    const { problem, inputs } = call({ ...NCE, y: zeros(6, 3), labels: [5, 0, 0, 2] });
    expect(problem).toMatchObject({ numCols: 6, labels: true });
    expect(inputs['labels']).toEqual(Uint32Array.of(5, 0, 0, 2));
  });

  test('rows with the ignored label are dropped, and those that are kept are counted', () => {
    const { problem, inputs } = call({ ...NCE, labels: [3, -100, 0, -100], ignoreIndex: -100 });
    expect(problem).toMatchObject({ labels: true, ignoreIndex: -100 });
    expect(inputs['labels']).toEqual(Uint32Array.of(3, 2 ** 32 - 1, 0, 2 ** 32 - 1, 2));
  });

  test('rows may have several labels', () => {
    const labels = { shape: [4, 2], data: Int32Array.of(3, -100, 0, 1, -100, -100, 2, 2) };
    const { problem, inputs } = call({ ...NCE, labels, ignoreIndex: -100 });
    expect(problem).toMatchObject({ labels: true, labelSets: 2 });
    expect(inputs['labels']).toHaveLength(9);
    expect(inputs['labels']?.[8]).toBe(5);
  });

  test('each row of bce has a set of labels, of one or more', () => {
    const one = call({ loss: 'bce', y: zeros(2, 3), labels: [1, 0, 0, 1] });
    expect(one.problem).toMatchObject({ numCols: 2, labels: true, labelSets: 1 });
    expect(one.inputs['labels']).toEqual(Uint32Array.of(1, 0, 0, 1, 4));
    const labels = { shape: [4, 2], data: Int32Array.of(3, -100, 0, 1, -100, -100, 2, 2) };
    const several = call({ loss: 'bce', labels, ignoreIndex: -100, logitBias: -4 });
    expect(several.problem).toMatchObject({ labelSets: 2, ignoreIndex: -100, logitBias: -4 });
  });

  test('f16 embeddings stay so, with what stands below y', () => {
    const args = { loss: 'clip', x: halves(4, 3), y: halves(4, 3), queue: halves(3, 3) } as const;
    const { problem, inputs } = readContrastive(args);
    expect(problem).toMatchObject({ dtype: 'f16', numCols: 7, extraCols: 3 });
    expect(inputs['y']).toEqual(new Uint16Array(21));
  });

  test('ids become small numbers, one of each column', () => {
    const { inputs } = call({ ...NCE, y: zeros(5, 3), labels: [4, 0, 0, 2], ids: [9, -7, 9, 1e12, 2] });
    expect([...(inputs['ids'] ?? [])]).toEqual([0, 1, 0, 2, 3]);
  });

  test('columns without an id have one of their own', () => {
    const { inputs } = call({ ids: [1, 1, 2, 2], queue: zeros(3, 3) });
    const columns = [...(inputs['ids'] ?? [])];
    expect(columns.slice(0, 4)).toEqual([0, 0, 1, 1]);
    expect(new Set(columns).size).toBe(5);
  });

  test('hard negatives and queue stand below y', () => {
    const hardNegatives = { shape: [1, 3], data: Float32Array.of(1, 2, 3) };
    const queue = { shape: [1, 3], data: Float32Array.of(4, 5, 6) };
    const { problem, inputs } = call({ hardNegatives, queue });
    expect(problem).toMatchObject({ numCols: 6, extraCols: 2 });
    expect([...(inputs['y'] ?? [])].slice(12)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('hard negatives may be each row\u2019s own', () => {
    const { problem, inputs } = call({ hardNegatives: zeros(4, 2, 3) });
    expect(problem).toMatchObject({ numCols: 4, rowNegatives: 2 });
    expect(inputs['rowNegatives']).toHaveLength(24);
  });

  test('one scale per row', () => {
    const { problem, inputs } = call({ logitScale: Float32Array.of(1, 2, 3, 4) });
    expect(problem).toMatchObject({ rowScales: true });
    expect([...(inputs['scales'] ?? [])]).toEqual([1, 2, 3, 4]);
  });

  test('a teacher has a width of its own, and a row for each column', () => {
    const { problem, inputs } = call({
      ...TAUGHT,
      queue: zeros(3, 3),
      teacherY: zeros(7, 2),
      teacherScale: 5,
    });
    expect(problem).toMatchObject({ numCols: 7, extraCols: 3, teacherDim: 2, teacherScale: 5 });
    expect(inputs['teacherX']).toHaveLength(8);
    expect(inputs['teacherY']).toHaveLength(14);
  });

  test('a student may have fewer columns than rows, and the temperature is CLIP’s by default', () => {
    const { problem } = call({ ...TAUGHT, y: zeros(2, 3), teacherY: zeros(2, 2) });
    expect(problem).toMatchObject({ numCols: 2, teacherScale: 1 / 0.07 });
  });

  test('dcl without y has two views', () => {
    expect(call({ loss: 'dcl', ...ALONE }).problem).toMatchObject({ oneTensor: true, numCols: 4 });
  });
});

const BAD: Record<string, [Change, string, words?: string]> = {
  'no x': [{ x: undefined }, 'x'],
  'no y': [ALONE, 'y'],
  'another embedDim': [{ y: zeros(4, 2) }, 'y.shape'],
  'unpaired rows': [{ y: zeros(5, 3) }, 'y.shape'],
  'unpaired rows of siglip': [{ loss: 'siglip', y: zeros(5, 3) }, 'y.shape'],
  'fewer columns than rows without labels': [{ ...NCE, y: zeros(3, 3) }, 'y.shape'],
  'unknown loss': [{ loss: 'triplet' }, 'loss'],
  'no loss': [{ loss: undefined }, 'loss'],
  'infinite scale': [{ logitScale: Infinity }, 'logitScale'],
  'scale in words': [{ logitScale: '14' }, 'logitScale'],
  'too few scales': [{ logitScale: Float32Array.of(1, 2) }, 'logitScale'],
  'a scale that is NaN': [{ logitScale: Float32Array.of(1, NaN, 1, 1) }, 'logitScale'],
  'unknown gradient': [{ gradients: ['z'] }, 'gradients'],
  'gradients no list': [{ gradients: 'x' }, 'gradients'],
  'unknown reduction': [{ reduction: 'max' }, 'reduction'],
  'too few labels': [{ ...NCE, labels: [0, 1] }, 'labels'],
  'a label beyond the columns': [{ ...NCE, labels: [0, 1, 2, 4] }, 'labels'],
  'a label that is no whole number': [{ ...NCE, labels: [0, 1, 2, 0.5] }, 'labels'],
  'a label in the queue': [{ ...NCE, labels: [0, 1, 2, 4], queue: zeros(1, 3) }, 'labels'],
  'a label that is neither a column nor ignored': [
    { ...NCE, labels: [0, -1, 2, 3], ignoreIndex: -100 },
    'labels',
    'or ignoreIndex -100',
  ],
  'half an ignored label': [{ ...NCE, labels: [0, 1, 2, 3], ignoreIndex: 0.5 }, 'ignoreIndex'],
  'x and y of different types': [{ y: halves(4, 3) }, 'y.dtype', "'f32', as x"],
  'a queue of another type': [{ x: halves(4, 3), y: halves(4, 3), queue: zeros(2, 3) }, 'queue.dtype'],
  'negatives of each row in f16': [{ hardNegatives: halves(4, 2, 3) }, 'hardNegatives.dtype'],
  'too few classes of columns': [
    { loss: 'sup-con', labels: [0, 1, 2, 3], columnLabels: [0, 1] },
    'columnLabels',
  ],
  'classes of columns without y': [
    { loss: 'sup-con', ...ALONE, labels: [0, 1, 2, 3], columnLabels: [0, 1, 2, 3] },
    'y',
  ],
  'bce without labels': [{ loss: 'bce' }, 'labels'],
  'softcap 0': [{ softcap: 0 }, 'softcap'],
  'endless softcap': [{ softcap: Infinity }, 'softcap'],
  'negative z-loss': [{ zLoss: -1 }, 'zLoss'],
  'z-loss in words': [{ zLoss: 'some' }, 'zLoss'],
  'labels of other rows': [{ ...NCE, labels: { shape: [3, 2], data: [0, 1, 2, 3, 0, 1] } }, 'labels.shape'],
  'too few labels of a set': [{ ...NCE, labels: { shape: [4, 2], data: [0, 1, 2, 3] } }, 'labels'],
  'a label of a set beyond the columns': [
    { ...NCE, labels: { shape: [4, 2], data: [0, 1, 2, 3, 0, 1, 2, 4] } },
    'labels',
    '4 at 7',
  ],
  'labels no list': [{ ...NCE, labels: 'abc' }, 'labels'],
  'no classes': [{ loss: 'sup-con', ...ALONE }, 'labels'],
  'odd rows of two views': [{ loss: 'nt-xent', x: zeros(3, 3), ...ALONE }, 'x.shape'],
  'normalize in words': [{ normalize: 'yes' }, 'normalize'],
  'NaN bias': [{ loss: 'siglip', logitBias: NaN }, 'logitBias'],
  'smoothing beyond 1': [{ labelSmoothing: 1.5 }, 'labelSmoothing'],
  'smoothing in words': [{ labelSmoothing: 'much' }, 'labelSmoothing'],
  'infinite margin': [{ margin: Infinity }, 'margin'],
  'too few ids': [{ ids: [1] }, 'ids'],
  'ids that are no whole numbers': [{ ids: [1, 2, 3, 0.5] }, 'ids'],
  'NaN false-negative margin': [{ falseNegativeMargin: NaN }, 'falseNegativeMargin'],
  'false negatives at a negative scale': [{ falseNegativeMargin: 0, logitScale: -1 }, 'logitScale'],
  'hard negatives of another embedDim': [{ hardNegatives: zeros(4, 2) }, 'hardNegatives.shape'],
  'hard negatives of other rows': [{ hardNegatives: zeros(3, 2, 3) }, 'hardNegatives.shape'],
  'a queue per row': [{ queue: zeros(4, 2, 3) }, 'queue.shape'],
  'queue that is no tensor': [{ queue: [1, 2, 3] }, 'queue'],
  'too few weights of rows': [{ rowWeights: Float32Array.of(1, 2) }, 'rowWeights'],
  'weights of rows no Float32Array': [{ rowWeights: [1, 1, 1, 1] }, 'rowWeights'],
  'sigma 0': [{ loss: 'dclw', sigma: 0 }, 'sigma'],
  'no hardest': [{ hardest: 0 }, 'hardest'],
  'metrics in words': [{ metrics: 'all' }, 'metrics'],
  'a class of 2³²': [
    { loss: 'sup-con', ...ALONE, labels: [0, 1, 2, 2 ** 32] },
    'labels',
    '4294967295 (2³² − 1)',
  ],
  'an id of 2⁵³': [{ ids: [1, 2, 3, 2 ** 53] }, 'ids', '2⁵³ − 1'],
  'logits beyond f32': [
    {
      x: floatTensor([4, 3], new Float32Array(12).fill(1e30)),
      y: floatTensor([4, 3], new Float32Array(12).fill(1e30)),
    },
    'x',
    '3.4e38',
  ],
  'dclw at scale 0': [{ loss: 'dclw', logitScale: 0 }, 'logitScale'],
  'no teacher of rows': [{ ...TAUGHT, teacherX: undefined }, 'teacherX'],
  'no teacher of columns': [{ ...TAUGHT, teacherY: undefined }, 'teacherY'],
  'a teacher of other rows': [{ ...TAUGHT, teacherX: zeros(3, 2) }, 'teacherX.shape'],
  'a teacher without the queue': [{ ...TAUGHT, queue: zeros(2, 3) }, 'teacherY.shape'],
  'a teacher of two widths': [{ ...TAUGHT, teacherY: zeros(4, 3) }, 'teacherY.shape'],
  'NaN teacher scale': [{ ...TAUGHT, teacherScale: NaN }, 'teacherScale'],
  'teacher scale in words': [{ ...TAUGHT, teacherScale: 'warm' }, 'teacherScale'],
  'a teacher beyond f32': [
    {
      ...TAUGHT,
      teacherX: floatTensor([4, 2], new Float32Array(8).fill(1e30)),
      teacherY: floatTensor([4, 2], new Float32Array(8).fill(1e30)),
    },
    'teacherX',
    '3.4e38',
  ],
};

describe('bad arguments are ShapeErrors that name them', () => {
  for (const [name, [change, argument, words = argument]] of Object.entries(BAD)) {
    test(`${name}: ${argument}`, () => {
      const error = thrown(() => call(change));
      expect(error).toBeInstanceOf(ShapeError);
      expect(error).toMatchObject({ argument });
      expect(String(error)).toContain(words);
    });
  }
});

const SENSELESS: readonly [Omit<Change, 'loss'> & { readonly loss?: string }, string][] = [
  [{ loss: 'nt-xent' }, 'y'],
  [{ loss: 'sup-con', labels: [0, 1, 2, 3] }, 'y'],
  [{ labels: [0, 1, 2, 3] }, 'labels'],
  [{ loss: 'siglip', labels: [0, 1, 2, 3] }, 'labels'],
  [{ loss: 'dcl', ...ALONE, labels: [0, 1, 2, 3] }, 'labels'],
  [{ loss: 'nt-xent', ...ALONE, gradients: ['y'] }, "gradients 'y'"],
  [{ gradients: ['logitBias'] }, "gradients 'logitBias'"],
  [{ logitBias: 1 }, 'logitBias'],
  [{ loss: 'siglip', labelSmoothing: 0.1 }, 'labelSmoothing'],
  [{ loss: 'dcl', labelSmoothing: 0.1 }, 'labelSmoothing'],
  [{ loss: 'sup-con', ...ALONE, labels: [0, 1, 2, 3], margin: 0.1 }, 'margin'],
  [{ loss: 'sup-con', ...ALONE, labels: [0, 1, 2, 3], ids: [0, 1, 2, 3] }, 'ids'],
  [{ loss: 'siglip', falseNegativeMargin: 0.1 }, 'falseNegativeMargin'],
  [{ loss: 'nt-xent', ...ALONE, queue: zeros(2, 3) }, 'queue'],
  [{ loss: 'dcl', ...ALONE, hardNegatives: zeros(2, 3) }, 'hardNegatives'],
  [{ sigma: 0.5 }, 'sigma'],
  [{ ...NCE, ignoreIndex: -100 }, 'ignoreIndex'],
  [{ loss: 'dcl', labels: [0, 1, 2, 3], ignoreIndex: -100 }, 'ignoreIndex'],
  [{ ...NCE, labels: [0, 1, 2, 3], ignoreIndex: -100, metrics: true }, 'ignoreIndex'],
  [{ ...NCE, labels: { shape: [4, 1], data: [0, 1, 2, 3] }, hardest: 2 }, 'hardest'],
  [{ loss: 'dcl', labels: { shape: [4, 1], data: [0, 1, 2, 3] } }, 'labels'],
  [{ loss: 'bce', labels: [0, 1, 2, 3], hardest: 2 }, 'hardest'],
  [{ loss: 'bce', labels: [0, 1, 2, 3], metrics: true }, 'metrics'],
  [{ softcap: 5, margin: 0.1 }, 'softcap'],
  [{ softcap: 5, metrics: true }, 'softcap'],
  [{ loss: 'siglip', softcap: 5 }, 'softcap'],
  [{ loss: 'dcl', zLoss: 0.1 }, 'zLoss'],
  [{ ...TAUGHT, loss: 'info-nce' }, 'teacherX'],
  [{ teacherScale: 3 }, 'teacherScale'],
  [{ ...TAUGHT, labelSmoothing: 0.1 }, 'labelSmoothing'],
  [{ ...TAUGHT, labels: [0, 1, 2, 3] }, 'labels'],
  [{ ...TAUGHT, metrics: true }, 'metrics'],
  [{ loss: 'sup-con', ...ALONE, labels: [0, 1, 2, 3], metrics: true }, 'metrics'],
  [{ logitScale: Float32Array.of(1, 1, 1, 1), falseNegativeMargin: 0.1 }, 'falseNegativeMargin'],
];

describe('combinations that make no sense are UnsupportedErrors that name them', () => {
  for (const [change, name] of SENSELESS) {
    test(`${name} with ${change.loss ?? 'clip'}`, () => {
      const error = thrown(() => call(change));
      expect(error).toBeInstanceOf(UnsupportedError);
      expect(String(error)).toContain(name);
      expect(String(error)).not.toContain('not built');
    });
  }

  test('in a problem too', () => {
    expect(() => contrastiveProblem({ gradients: ['logitBias'] })).toThrow(UnsupportedError);
    expect(() => contrastiveProblem({ loss: 'clip', oneTensor: true })).toThrow(UnsupportedError);
  });
});
