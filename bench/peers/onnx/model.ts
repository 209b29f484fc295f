import { encode, float, message, text, varint, type Field } from './protobuf.ts';

/** One operator of a graph. An optional input that is left out, but not the last, has an empty name. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The set of operators; by default ONNX's own. */
  readonly domain?: typeof CONTRIB;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** An attribute. Integers are marked, because JavaScript does not distinguish `1` from `1.0`. */
export type Attribute =
  { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] };

export interface OnnxValue {
  readonly name: string;
  readonly type: 'float32' | 'int32';
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: Readonly<Record<string, Constant>>;
}

/** A constant input: a number, or a list of axes. */
export type Constant = { readonly float: number } | { readonly ints: readonly number[] };

/** The name of ONNX Runtime's own set of operators. */
export const CONTRIB = 'com.microsoft';

const [IR_VERSION, OPSET_VERSION, CONTRIB_VERSION] = [8, 17, 1];
const ELEMENT = { float32: 1, int32: 6, int64: 7 };
const ATTRIBUTE = { float: 1, int: 2, ints: 7 };

/** A model as bytes. Field numbers come from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
export function encodeModel(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const opset = (domain: string, version: number) => message(8, [text(1, domain), varint(2, version)]);
  return encode([
    varint(1, IR_VERSION),
    message(7, [
      ...graph.nodes.map((node) => message(1, nodeFields(node))),
      text(2, 'graph'),
      ...Object.entries(graph.constants).map(([name, value]) => message(5, constantFields(name, value))),
      ...graph.inputs.map((value) => message(11, valueFields(value))),
      ...graph.outputs.map((value) => message(12, valueFields(value))),
    ]),
    opset('', OPSET_VERSION),
    opset(CONTRIB, CONTRIB_VERSION),
  ]);
}

function nodeFields({ op, inputs, outputs, domain, attributes = {} }: OnnxNode): Field[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, `${op} ${outputs[0] ?? ''}`),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeFields(name, value))),
    ...(domain === undefined ? [] : [text(7, domain)]),
  ];
}

function attributeFields(name: string, value: Attribute): Field[] {
  if ('int' in value) return [text(1, name), varint(3, value.int), varint(20, ATTRIBUTE.int)];
  if ('float' in value) return [text(1, name), float(2, value.float), varint(20, ATTRIBUTE.float)];
  return [text(1, name), ...value.ints.map((one) => varint(8, one)), varint(20, ATTRIBUTE.ints)];
}

/** The fields of a constant tensor: a scalar, or a vector of int64. */
function constantFields(name: string, value: Constant): Field[] {
  if ('float' in value) return [varint(2, ELEMENT.float32), float(4, value.float), text(8, name)];
  return [
    varint(1, value.ints.length),
    varint(2, ELEMENT.int64),
    ...value.ints.map((one) => varint(7, one)),
    text(8, name),
  ];
}

function valueFields({ name, type, shape }: OnnxValue): Field[] {
  const dimensions = shape.map((size) => message(1, [varint(1, size)]));
  return [text(1, name), message(2, [message(1, [varint(1, ELEMENT[type]), message(2, dimensions)])])];
}
