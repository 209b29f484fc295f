import type { AttentionProblem } from '../../../src/operations/attention/problem.ts';
import { CONTRIB, type OnnxGraph, type OnnxValue } from './model.ts';

/**
 * Attention as one operator of ONNX Runtime. Heads lie side by side within a token: `[batch, length, heads ·
 * headDim]`.
 * - dense: `MultiHeadAttention`.
 * - causal: `GroupQueryAttention` without a cache.
 * - one query, dense: `GroupQueryAttention` with a cache of `seqLenKV` tokens. The last one is given as key and
 * value, the   others are past. Past and present are the same buffers, as they are when tokens are generated.
 * @returns undefined for problems that neither operator can compute
 */
export function attentionGraph(problem: AttentionProblem): OnnxGraph | undefined {
  const { numHeads, numKVHeads, seqLenQ, seqLenKV, causal } = problem;
  if (causal === false && seqLenQ === 1) return decodeGraph(problem);
  if (causal !== false) return seqLenQ === seqLenKV ? causalGraph(problem) : undefined;
  return numHeads === numKVHeads ? denseGraph(problem) : undefined;
}

const tensor = (name: string, ...shape: readonly number[]): OnnxValue => ({ name, type: 'float32', shape });
const integers = (name: string, ...shape: readonly number[]): OnnxValue => ({ name, type: 'int32', shape });

function tokens(problem: AttentionProblem, newTokens: number) {
  const { batch, numHeads, numKVHeads, seqLenQ, headDim, headDimV } = problem;
  return {
    query: tensor('query', batch, seqLenQ, numHeads * headDim),
    key: tensor('key', batch, newTokens, numKVHeads * headDim),
    value: tensor('value', batch, newTokens, numKVHeads * headDimV),
    output: tensor('output', batch, seqLenQ, numHeads * headDimV),
  };
}

function denseGraph(problem: AttentionProblem): OnnxGraph {
  const { query, key, value, output } = tokens(problem, problem.seqLenKV);
  return {
    nodes: [
      {
        op: 'MultiHeadAttention',
        domain: CONTRIB,
        inputs: ['query', 'key', 'value'],
        outputs: ['output'],
        attributes: { num_heads: { int: problem.numHeads }, scale: { float: problem.softmaxScale } },
      },
    ],
    inputs: [query, key, value],
    outputs: [output],
    constants: {},
  };
}

const groupAttributes = ({ numHeads, numKVHeads, softmaxScale }: AttentionProblem) => ({
  num_heads: { int: numHeads },
  kv_num_heads: { int: numKVHeads },
  scale: { float: softmaxScale },
});

/** The index of each entry's last token, and the total length. The operator needs both. */
const lengths = ({ batch }: AttentionProblem) => [integers('lastToken', batch), integers('totalLength', 1)];

function causalGraph(problem: AttentionProblem): OnnxGraph {
  const { query, key, value, output } = tokens(problem, problem.seqLenKV);
  return {
    nodes: [
      {
        op: 'GroupQueryAttention',
        domain: CONTRIB,
        inputs: ['query', 'key', 'value', '', '', 'lastToken', 'totalLength'],
        outputs: ['output', 'presentKey', 'presentValue'],
        attributes: groupAttributes(problem),
      },
    ],
    inputs: [query, key, value, ...lengths(problem)],
    outputs: [output, ...cache(problem, 'present')],
    constants: {},
  };
}

function decodeGraph(problem: AttentionProblem): OnnxGraph {
  const { query, key, value, output } = tokens(problem, 1);
  return {
    nodes: [
      {
        op: 'GroupQueryAttention',
        domain: CONTRIB,
        inputs: ['query', 'key', 'value', 'pastKey', 'pastValue', 'lastToken', 'totalLength'],
        outputs: ['output', 'presentKey', 'presentValue'],
        attributes: groupAttributes(problem),
      },
    ],
    inputs: [query, key, value, ...cache(problem, 'past'), ...lengths(problem)],
    outputs: [output, ...cache(problem, 'present')],
    constants: {},
  };
}

/** The cache of keys and values: `[batch, numKVHeads, seqLenKV, headDim]`, which is Tilewise's layout too. */
function cache(problem: AttentionProblem, when: 'past' | 'present'): OnnxValue[] {
  const { batch, numKVHeads, seqLenKV, headDim, headDimV } = problem;
  return [
    tensor(`${when}Key`, batch, numKVHeads, seqLenKV, headDim),
    tensor(`${when}Value`, batch, numKVHeads, seqLenKV, headDimV),
  ];
}
