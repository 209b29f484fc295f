import { requireArray } from '../../core/checks.ts';
import type { Operation } from '../../core/operation.ts';
import { attention } from '../attention/operation.ts';
import { attentionTuningClass } from '../attention/tuning-class.ts';
import { attentionWords } from '../attention/words.ts';
import { attentionFlops } from '../attention/visibility.ts';
import type { SharedPrefixArgs, SharedPrefixResult } from './api.ts';
import { sharedPrefixCall } from './call.ts';
import { sharedPrefixBench } from './cases.ts';
import { sharedPrefixProblem } from './fill-problem.ts';
import { joined } from './layout.ts';
import { hydragen } from './variants/hydragen.ts';
import { naivePerEntry, perEntry } from './variants/per-entry.ts';
import { flattened, prefixPart, suffixPart, type SharedPrefixProblem } from './problem.ts';
import { sharedPrefixOptions } from './options.ts';

export const sharedPrefix: Operation<
  SharedPrefixProblem,
  SharedPrefixArgs,
  SharedPrefixResult,
  'shared-prefix'
> = {
  id: 'shared-prefix',
  title: 'Attention over a shared prefix',
  family: 'attention',
  variants: [naivePerEntry, perEntry, hydragen],
  options: sharedPrefixOptions,
  problem: sharedPrefixProblem,
  example: { batch: 2, seqLenKV: 64 },
  matrixBytes: (problem) => attention.matrixBytes(problem),
  tuningClass: attentionTuningClass,
  words: attentionWords,
  bench: sharedPrefixBench,
  // The layout of the tensors changes on the host.
  needsValues: () => true,
  call: sharedPrefixCall,
  flops: (problem) => attentionFlops(flattened(problem)),
  inputs(problem, seed) {
    const whole = attention.inputs(flattened(problem), seed);
    const prefix = attention.inputs(prefixPart(problem), seed + 10);
    const suffix = attention.inputs(suffixPart(problem), seed + 20);
    const [prefixKey, prefixValue] = [requireArray(prefix, 'key'), requireArray(prefix, 'value')];
    const [suffixKey, suffixValue] = [requireArray(suffix, 'key'), requireArray(suffix, 'value')];
    const key = joined(problem, prefixKey, suffixKey, problem.headDim);
    const value = joined(problem, prefixValue, suffixValue, problem.headDimV);
    return { ...whole, key, value, prefixKey, prefixValue, suffixKey, suffixValue };
  },
  verify: (problem, inputs, outputs, flopBudget) =>
    attention.verify(flattened(problem), inputs, outputs, flopBudget),
};
