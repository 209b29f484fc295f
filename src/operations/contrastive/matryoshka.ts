import { worse } from '../../core/deviation.ts';
import { floatTensor, requireAnyTensor, type AnyTensor, type FloatTensor } from '../../core/tensor.ts';
import type { Run } from '../../core/run.ts';
import type { ContrastiveArgs, ContrastiveResult } from './api.ts';
import { requirePrefixes } from './options/prefix-dims.ts';
import { isRows, truncated } from './prefixes.ts';

/**
 * The calls that a loss over prefixes of the embeddings is the sum of, in the order of `prefixDims`; one call
 * without it. Kusupati et al., "Matryoshka Representation Learning" (2022).
 * @throws ShapeError naming prefixDims
 */
export function prefixCalls(args: ContrastiveArgs): ContrastiveArgs[] {
  const { prefixDims, ...rest } = args;
  if (prefixDims === undefined) return [args];
  const { shape } = requireAnyTensor('x', args.x, 2);
  const embedDim = shape[1] ?? 0;
  requirePrefixes(prefixDims, embedDim);
  return prefixDims.map((dim) => {
    const cut = (tensor: AnyTensor | undefined) => tensor && truncatedTensor(tensor, embedDim, dim);
    const { y, hardNegatives, queue } = rest;
    return {
      ...rest,
      x: truncatedTensor(rest.x, embedDim, dim),
      ...(y && { y: cut(y) ?? y }),
      ...(hardNegatives && { hardNegatives: cut(hardNegatives) ?? hardNegatives }),
      ...(queue && { queue: cut(queue) ?? queue }),
    };
  });
}

/** The first `width` of every row. What is no tensor of such rows is left for the checks to name. */
function truncatedTensor(tensor: AnyTensor, embedDim: number, width: number): AnyTensor {
  const { shape, data }: { shape?: unknown; data?: unknown } = tensor;
  if (!isShape(shape) || shape.at(-1) !== embedDim || !isRows(data)) return tensor;
  return { ...tensor, shape: [...shape.slice(0, -1), width], data: truncated(data, embedDim, width) };
}

const isShape = (shape: unknown): shape is readonly number[] => Array.isArray(shape);

/**
 * The sum of what the prefixes gave. Gradients of elements beyond a prefix are 0 there; the lse, metrics and
 * hardest negatives are those of the last prefix.
 */
export function sumOfPrefixes(results: readonly ContrastiveResult[], embedDim: number): ContrastiveResult {
  const last = results.at(-1);
  if (last === undefined) throw new RangeError('a call has at least one prefix');
  const embedding = (name: 'xGrad' | 'yGrad') => {
    const tensors = results.flatMap((result) => result[name] ?? []);
    return tensors.length === 0 ? {} : { [name]: sumPadded(tensors, embedDim) };
  };
  const value = (name: 'loss' | 'logitScaleGrad' | 'logitBiasGrad') => {
    const values = results.flatMap((result) => result[name] ?? []);
    return values.length === 0 ? {} : { [name]: values.reduce(plus) };
  };
  return {
    ...last,
    ...value('loss'),
    ...value('logitScaleGrad'),
    ...value('logitBiasGrad'),
    ...embedding('xGrad'),
    ...embedding('yGrad'),
    run: sumOfRuns(results.map(({ run }) => run)),
  };
}

/** Numbers, or tensors of one shape. */
function plus(a: number | FloatTensor, b: number | FloatTensor): number | FloatTensor {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) + Number(b);
  return floatTensor(
    a.shape,
    a.data.map((value, at) => value + (b.data[at] ?? NaN)),
  );
}

function sumPadded(tensors: readonly FloatTensor[], embedDim: number): FloatTensor {
  const numRows = tensors[0]?.shape[0] ?? 0;
  const sum = new Float32Array(numRows * embedDim);
  for (const { shape, data } of tensors) {
    const width = shape[1] ?? 0;
    data.forEach((value, at) => {
      const place = Math.floor(at / width) * embedDim + (at % width);
      sum[place] = (sum[place] ?? NaN) + value;
    });
  }
  return floatTensor([numRows, embedDim], sum);
}

/** Work and FLOPs add up; the workspace is that of one at a time, the check that of the worst. */
export function sumOfRuns(runs: readonly Run[]): Run {
  const [first] = runs;
  if (first === undefined) throw new RangeError('a call has at least one run');
  const total = (of: (run: Run) => number | undefined) => runs.reduce((sum, run) => sum + (of(run) ?? 0), 0);
  const checks = runs.flatMap(({ check }) => check ?? []);
  const timed = runs.every(({ gpuMs }) => gpuMs !== undefined);
  return {
    ...first,
    workspaceBytes: Math.max(...runs.map(({ workspaceBytes }) => workspaceBytes)),
    flops: total(({ flops }) => flops),
    ...(first.work !== undefined && { work: total(({ work }) => work) }),
    passes: runs.flatMap(({ passes }) => passes),
    wallMs: total(({ wallMs }) => wallMs),
    ...(timed && { gpuMs: total(({ gpuMs }) => gpuMs) }),
    ...(checks.length > 0 && { check: checks.reduce(worse) }),
  };
}
