import { describe, expect, test } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { attentionGraph } from '../../bench/peers/onnx/attention-graph.ts';
import { contrastiveGraph } from '../../bench/peers/onnx/contrastive-graph.ts';
import { encodeModel, type OnnxGraph } from '../../bench/peers/onnx/model.ts';
import { encode, float, message, text, varint } from '../../bench/peers/onnx/protobuf.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the wire format', () => {
  // The first three are the examples of the encoding guide.
  test.each([
    [varint(1, 150), '089601'],
    [text(2, 'testing'), '120774657374696e67'],
    [message(3, [varint(1, 150)]), '1a03089601'],
    [varint(20, 2 ** 40), 'a001808080808020'],
    [float(2, 0.5), '150000003f'],
  ])('%j', (field, expected) => {
    expect(hex(encode([field]))).toBe(expected);
  });

  test.each([-1, 0.5, 2 ** 53])('no integer: %d', (value) => {
    expect(() => encode([varint(1, value)])).toThrow(/expected an integer of 0 or more, got/);
  });
});

const graphs: Readonly<Record<string, OnnxGraph | undefined>> = {
  dense: attentionGraph(attentionProblem({ numHeads: 8, seqLenQ: 32 })),
  causal: attentionGraph(
    attentionProblem({ numHeads: 8, numKVHeads: 2, seqLenQ: 32, causal: 'bottom-right' }),
  ),
  decode: attentionGraph(attentionProblem({ numHeads: 8, numKVHeads: 2, seqLenQ: 1, seqLenKV: 32 })),
  contrastive: contrastiveGraph(contrastiveProblem({ numRows: 32 })),
};

describe.each(Object.entries(graphs))('the %s graph', (_, graph) => {
  test('has every value before it is used, once, and all of its outputs', () => {
    if (!graph) throw new Error('no graph');
    const known = new Set(['', ...Object.keys(graph.constants), ...graph.inputs.map(({ name }) => name)]);
    for (const { inputs, outputs } of graph.nodes) {
      expect([...known]).toEqual(expect.arrayContaining([...inputs]));
      for (const name of outputs) {
        expect(known).not.toContain(name);
        known.add(name);
      }
    }
    expect([...known]).toEqual(expect.arrayContaining(graph.outputs.map(({ name }) => name)));
  });

  test('names its operators in the model', () => {
    if (!graph) throw new Error('no graph');
    const model = Buffer.from(encodeModel(graph)).toString('latin1');
    for (const { op } of graph.nodes) expect(model).toContain(op);
  });
});

test('attention that neither operator does has no graph', () => {
  expect(attentionGraph(attentionProblem({ numHeads: 8, numKVHeads: 2, seqLenQ: 32 }))).toBeUndefined();
  expect(
    attentionGraph(attentionProblem({ seqLenQ: 16, seqLenKV: 32, causal: 'bottom-right' })),
  ).toBeUndefined();
});
