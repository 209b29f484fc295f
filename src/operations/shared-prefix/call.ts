import { floatsOf, singleCall, tensorOf } from '../../core/call.ts';
import { requireArray } from '../../core/checks.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { Call } from '../../core/operation.ts';
import { requireDtypeOf, requireShape, requireValues, sizeOf } from '../../core/tensor.ts';
import { argumentsOf, readArguments } from '../../core/option-table.ts';
import type { OptionArguments } from '../attention/options/fields.ts';
import { requireGroups } from '../attention/tensors.ts';
import type { SharedPrefixArgs, SharedPrefixResult } from './api.ts';
import { sharedPrefixProblem } from './fill-problem.ts';
import { joined, swapped } from './layout.ts';
import { sharedPrefixOptions } from './options.ts';
import type { SharedPrefixProblem } from './problem.ts';

const ARGUMENTS = [
  ...argumentNames<Omit<SharedPrefixArgs, keyof OptionArguments>>({
    query: true,
    prefixKey: true,
    prefixValue: true,
    key: true,
    value: true,
  }),
  ...argumentsOf(sharedPrefixOptions),
];

/**
 * Checks the arguments of a call over a shared prefix and puts heads in front, as the kernels want them.
 * @throws ShapeError naming the argument, UnsupportedError
 */
export function sharedPrefixCall(args: SharedPrefixArgs): Call<SharedPrefixProblem, SharedPrefixResult> {
  requireKnown(args, ARGUMENTS, { scale: 'softmaxScale' });
  const query = requireValues('query', args.query, 4);
  const prefixKey = requireValues('prefixKey', args.prefixKey, 3);
  const prefixValue = requireValues('prefixValue', args.prefixValue, 3);
  const key = requireValues('key', args.key, 4);
  const value = requireValues('value', args.value, 4);
  requireDtypeOf('query', query.dtype, { prefixKey, prefixValue, key, value });
  const [batch = 0, numHeads = 0, seqLenQ = 0, headDim = 0] = query.shape;
  const [numKVHeads = 0, prefixLen = 0] = prefixKey.shape;
  const [headDimV = 0, ownLen = 0] = [prefixValue.shape[2], key.shape[2]];
  requireShape('prefixKey', prefixKey, [numKVHeads, prefixLen, headDim]);
  requireShape('prefixValue', prefixValue, [numKVHeads, prefixLen, headDimV]);
  requireShape('key', key, [batch, numKVHeads, ownLen, headDim]);
  requireShape('value', value, [batch, numKVHeads, ownLen, headDimV]);
  requireGroups(numHeads, numKVHeads, { prefixKey });
  const extents = sharedPrefixProblem({
    ...{ batch, numHeads, numKVHeads, seqLenQ, prefixLen, headDim, headDimV },
    seqLenKV: prefixLen + ownLen,
    ...(query.dtype === 'f16' && { dtype: 'f16' }),
  });
  const { fields } = readArguments(sharedPrefixOptions, { ...args }, extents);
  const problem = sharedPrefixProblem({ ...extents, ...fields });
  const [suffixKey, suffixValue] = [
    swapped(key.data, batch, numKVHeads),
    swapped(value.data, batch, numKVHeads),
  ];
  const inputs = {
    query: swapped(query.data, batch, numKVHeads),
    key: joined(problem, prefixKey.data, suffixKey, headDim),
    value: joined(problem, prefixValue.data, suffixValue, headDimV),
    ...{ prefixKey: prefixKey.data, prefixValue: prefixValue.data, suffixKey, suffixValue },
  };
  const rowShape = [batch, numHeads, seqLenQ];
  return singleCall({ problem, inputs }, ({ outputs, run }) => {
    // Heads come first in the outputs, too, and one of f16 may end with padding.
    const back = (name: string, shape: readonly number[]) => ({
      [name]: swapped(requireArray(outputs, name).subarray(0, sizeOf(shape)), numKVHeads, batch),
    });
    const outputShape = [...rowShape, headDimV];
    return {
      output: tensorOf(problem, outputShape, back('output', outputShape), 'output'),
      lse: floatsOf(rowShape, back('lse', rowShape), 'lse'),
      run,
    };
  });
}
