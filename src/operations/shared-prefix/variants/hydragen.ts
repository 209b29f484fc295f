import type { Params, Variant } from '../../../core/variant.ts';
import { floatBuffer, read, readWrite, type Pass, type Plan } from '../../../core/plan.ts';
import { moved } from '../../../core/traffic.ts';
import { flash } from '../../attention/variants/flash.ts';
import { mergePass } from '../../attention/passes/merge.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import { attentionPass } from '../../attention/passes/pass.ts';
import { statsBytes, tensorBuffer } from '../../attention/passes/buffers.ts';
import { mendPass } from '../../attention/passes/mend.ts';
import { tiledPass } from '../../attention/passes/tiled.ts';
import { attentionSizes, groupSize, type AttentionProblem } from '../../attention/problem.ts';
import { attentionFlops } from '../../attention/visibility.ts';
import { flattened, prefixPart, suffixPart, type SharedPrefixProblem } from '../problem.ts';

/** Juravsky et al., "Hydragen: high-throughput LLM inference with shared prefixes" (2024). */
export const hydragen: Variant<SharedPrefixProblem> = {
  ...flash,
  id: 'hydragen',
  title: 'Hydragen: the prefix once',
  idea: 'Walk the shared keys once for the queries of all entries, each entry’s own keys by itself, and merge.',
  defaults: (problem, device) => flash.defaults(prefixPart(problem), device),
  supports: (problem, params, device) =>
    problem.causal === 'top-left'
      ? 'causal from the top left hides keys of the prefix, and every query has to see all of it'
      : flash.supports(prefixPart(problem), params, device),
  plan(problem, params): Plan {
    const whole = flattened(problem);
    const [prefix, suffix] = [prefixPart(problem), suffixPart(problem)];
    const { query, output, lse: numRows } = attentionSizes(whole);
    const { key: prefixSize, value: prefixValueSize } = attentionSizes(prefix);
    const { key: suffixSize, value: suffixValueSize } = attentionSizes(suffix);
    return {
      buffers: [
        tensorBuffer(problem, 'input', 'query', query),
        tensorBuffer(problem, 'input', 'prefixKey', prefixSize),
        tensorBuffer(problem, 'input', 'prefixValue', prefixValueSize),
        tensorBuffer(problem, 'input', 'suffixKey', suffixSize),
        tensorBuffer(problem, 'input', 'suffixValue', suffixValueSize),
        tensorBuffer(problem, 'output', 'output', output),
        floatBuffer('output', 'lse', numRows),
        floatBuffer('workspace', 'stateOutputs', 2 * output),
        { name: 'stateStats', role: 'workspace', bytes: 2 * statsBytes(whole) },
      ],
      passes: [
        ...statePasses(prefix, params, 'prefix', 0),
        ...statePasses(suffix, fewRows(suffix, params), 'suffix', 1),
        mergePass(
          { numStates: 2, numRows, headDimV: problem.headDimV, dtype: problem.dtype },
          { outputs: 'stateOutputs', stats: 'stateStats' },
        ),
      ],
    };
  },
};

/** An entry alone has few rows: no larger tile than they fill. */
function fewRows(part: AttentionProblem, params: Params): Params {
  const { blockM = 1, rows = 1 } = params;
  const enough = Math.min(blockM, powerOfTwo(groupSize(part) * part.seqLenQ));
  return { ...params, blockM: enough, rows: Math.min(rows, enough) };
}

/** Attention over one of the two parts, as a state to be merged. */
function statePasses(
  part: AttentionProblem,
  params: Params,
  name: 'prefix' | 'suffix',
  firstState: number,
): Pass[] {
  const pass = tiledPass(part, params);
  const rowBlocks = pass.workgroups / (part.batch * part.numKVHeads);
  const forward = attentionPass(part, {
    ...pass,
    conditions: { ...pass.conditions, KEEP_STATS: true },
    params: { firstState },
    label: `hydragen ${name}`,
    shader: 'attention/flash_forward',
    bindings: [
      ...read({ left: 'query' }),
      ...moved(rowBlocks, read({ right: `${name}Key`, values: `${name}Value` })),
      // One of the two states.
      ...moved(1 / 2, readWrite({ output: 'stateOutputs', row_stats: 'stateStats' })),
    ],
    flops: attentionFlops(part),
  });
  const [key, value, output] = [`${name}Key`, `${name}Value`, 'stateOutputs'];
  const mend = mendPass(part, {
    key,
    value,
    output,
    rows: { stats: 'stateStats' },
    firstState,
    share: 1 / 2,
  });
  return [forward, mend];
}
