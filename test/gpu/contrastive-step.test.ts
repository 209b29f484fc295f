import { expect, test } from 'vitest';
import { AbortError, contrastiveStep, ShapeError, UnsupportedError, type Tower } from '../../src/index.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';

const lab = useAnyLab();
const [INPUT, WIDTH] = [5, 8];
const options = { variant: 'tiled', params: { blockM: 8, blockN: 8, rows: 2, cols: 2, colsV: 2 } } as const;

type Rows = ReturnType<typeof tensor>;
const common = { loss: 'clip', normalize: true, logitScale: 5, labelSmoothing: 0.1 } as const;

/** rows · weights, in f32, and the gradient of the weights. */
function linear(seed: number) {
  const weights = tensor(seed, INPUT, WIDTH).data;
  const grad = new Float64Array(INPUT * WIDTH);
  const encode = ({ shape: [rows = 0], data }: Rows) => {
    const out = new Float32Array(rows * WIDTH);
    for (let i = 0; i < rows; i++)
      for (let d = 0; d < WIDTH; d++)
        for (let k = 0; k < INPUT; k++)
          out[i * WIDTH + d] =
            (out[i * WIDTH + d] ?? 0) + (data[i * INPUT + k] ?? 0) * (weights[k * WIDTH + d] ?? 0);
    return { shape: [rows, WIDTH], data: out };
  };
  const backward = ({ shape: [rows = 0], data }: Rows, { data: slope }: { data: Float32Array }) => {
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < INPUT; k++)
        for (let d = 0; d < WIDTH; d++)
          grad[k * WIDTH + d] =
            (grad[k * WIDTH + d] ?? 0) + (data[i * INPUT + k] ?? 0) * (slope[i * WIDTH + d] ?? 0);
  };
  return { encode, backward, grad };
}

/** Rows of a tensor in chunks of these sizes. */
function cut({ data }: Rows, ...sizes: number[]): Rows[] {
  let first = 0;
  return sizes.map((rows) => {
    const own = data.slice(first * INPUT, (first + rows) * INPUT);
    first += rows;
    return { shape: [rows, INPUT], data: own };
  });
}

function relL2(found: Float64Array, wanted: Float64Array): number {
  const norm = (values: Float64Array) => Math.hypot(...values);
  return norm(found.map((value, at) => value - (wanted[at] ?? NaN))) / norm(wanted);
}

const [x, y] = [tensor(1, 21, INPUT), tensor(2, 21, INPUT)];
const towerOf = (chunks: Rows[], seed = 3): Tower<Rows> => ({ chunks, ...linear(seed) });

test('a step in chunks gives the gradients of the whole batch at once', async () => {
  const step = async (xChunks: Rows[], yChunks: Rows[]) => {
    const [left, right] = [linear(3), linear(4)];
    const towers = { x: { chunks: xChunks, ...left }, y: { chunks: yChunks, ...right } };
    return { result: await contrastiveStep(lab(), { ...common, towers }, options), left, right };
  };
  const whole = await step([x], [y]);
  const chunked = await step(cut(x, 8, 8, 5), cut(y, 3, 18));
  expect(relL2(chunked.left.grad, whole.left.grad)).toBeLessThan(3e-6);
  expect(relL2(chunked.right.grad, whole.right.grad)).toBeLessThan(3e-6);
  const full = await lab().contrastive(
    { ...common, x: linear(3).encode(x), y: linear(4).encode(y), gradients: ['logitScale'] },
    options,
  );
  expect(chunked.result.loss).toBeCloseTo(full.loss, 5);
  expect(chunked.result.logitScaleGrad).toBeCloseTo(full.logitScaleGrad ?? NaN, 5);
  expect(Object.keys(chunked.result).sort()).toEqual([
    'colLse',
    'logitScaleGrad',
    'loss',
    'memory',
    'rowLse',
    'run',
  ]);
});

test('a frozen tower, one tensor, and embeddings on the device', async () => {
  const [first, second] = [linear(3), linear(3)];
  const frozen = { chunks: cut(y, 21), encode: linear(4).encode };
  const direct = { chunks: cut(x, 10, 11), ...first };
  await contrastiveStep(lab(), { ...common, towers: { x: direct, y: frozen } }, options);
  const held: Tower<Rows> = {
    chunks: cut(x, 4, 17),
    encode: (chunk) => lab().upload(second.encode(chunk)),
    backward: second.backward,
  };
  await contrastiveStep(lab(), { ...common, towers: { x: held, y: frozen } }, options);
  expect(relL2(second.grad, first.grad)).toBeLessThan(3e-6);
  const alone = await contrastiveStep(
    lab(),
    { loss: 'nt-xent', towers: { x: towerOf(cut(x, 11, 9)) } },
    options,
  );
  expect(alone.loss).toBeGreaterThan(0);
});

test('mistakes are named', async () => {
  const step = (towers: { x: Tower<Rows>; y: Tower<Rows> }) =>
    contrastiveStep(lab(), { loss: 'clip', towers });
  const right = towerOf(cut(y, 21));
  const narrow = { ...right, encode: () => tensor(1, 21, WIDTH - 1) };
  await expect(step({ x: towerOf([]), y: right })).rejects.toThrow('towers.x.chunks: expected');
  await expect(step({ x: towerOf(cut(x, 21)), y: narrow })).rejects.toThrow('towers.y.chunks[0]: expected');
  await expect(step({ x: towerOf(cut(x, 21, 0)), y: right })).rejects.toThrow('towers.x.chunks[1].shape');
  await expect(step({ x: towerOf(cut(x, 20)), y: right })).rejects.toBeInstanceOf(ShapeError);
  const towers = { x: towerOf(cut(x, 21)), y: right };
  const kept = contrastiveStep(lab(), { loss: 'clip', towers }, { keep: true });
  await expect(kept).rejects.toBeInstanceOf(UnsupportedError);
});

test('errors of towers pass through, and an abort takes effect between chunks', async () => {
  const mine = new RangeError('mine');
  const fails = (part: object) => {
    const towers = { x: { ...towerOf(cut(x, 10, 11)), ...part }, y: towerOf(cut(y, 21)) };
    return contrastiveStep(lab(), { ...common, towers }, options);
  };
  const thrower = () => {
    throw mine;
  };
  await expect(fails({ encode: thrower })).rejects.toBe(mine);
  await expect(fails({ backward: thrower })).rejects.toBe(mine);

  const controller = new AbortController();
  let replayed = 0;
  const aborting = {
    ...towerOf(cut(x, 10, 11)),
    backward: () => {
      replayed += 1;
      controller.abort();
    },
  };
  const towers = { x: aborting, y: towerOf(cut(y, 21)) };
  const step = contrastiveStep(lab(), { ...common, towers }, { ...options, signal: controller.signal });
  await expect(step).rejects.toBeInstanceOf(AbortError);
  expect(replayed).toBe(1);
});
