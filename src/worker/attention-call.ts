import { ShapeError, UnsupportedError } from '../errors.ts';
import { attentionProblem, type AttentionProblem } from '../kernels/attention/problem.ts';
import type { Arrays } from '../kernels/operation.ts';
import { formatShape, requireShape, requireTensor } from '../tensor.ts';
import type { AttentionArgs } from './api.ts';

const NOT_BUILT = [
  'window',
  'softcap',
  'alibiSlopes',
  'sinks',
  'bias',
  'mask',
  'seqLensKV',
  'cuSeqLensQ',
  'cuSeqLensKV',
  'scoreMod',
  'maskMod',
] as const satisfies readonly (keyof AttentionArgs)[];

/**
 * Checks the arguments of `lab.attention` and splits them into the problem and its data.
 * @throws ShapeError naming the argument, UnsupportedError naming an option that is not built
 */
export function attentionCall(args: AttentionArgs): { problem: AttentionProblem; inputs: Arrays } {
  for (const option of NOT_BUILT) {
    if (args[option] !== undefined)
      throw new UnsupportedError(`attention option '${option}' is not built yet`);
  }
  const query = requireTensor('query', args.query, 4);
  const key = requireTensor('key', args.key, 4);
  const value = requireTensor('value', args.value, 4);
  const [batch = 0, numHeads = 0, seqLenQ = 0, headDim = 0] = query.shape;
  const [, numKVHeads = 0, seqLenKV = 0] = key.shape;
  const headDimV = value.shape[3] ?? 0;
  requireShape('key', key, [batch, numKVHeads, seqLenKV, headDim]);
  requireShape('value', value, [batch, numKVHeads, seqLenKV, headDimV]);
  if (numHeads % numKVHeads !== 0) {
    throw new ShapeError(
      'key.shape',
      `a number of heads that divides the query's ${numHeads}`,
      formatShape(key.shape),
    );
  }
  const problem = attentionProblem({
    batch,
    numHeads,
    numKVHeads,
    seqLenQ,
    seqLenKV,
    headDim,
    headDimV,
    causal: args.causal === true ? 'bottom-right' : (args.causal ?? false),
    ...(args.softmaxScale === undefined ? {} : { softmaxScale: args.softmaxScale }),
  });
  return { problem, inputs: { query: query.data, key: key.data, value: value.data } };
}
