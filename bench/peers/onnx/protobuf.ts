/** Protocol Buffers' wire format, as far as ONNX models need it: https://protobuf.dev/programming-guides/encoding/. */

/** A field of a message. Strings, bytes and messages are length-delimited; a float is a fixed 32-bit one. */
export type Field =
  | { readonly number: number; readonly varint: number }
  | { readonly number: number; readonly float: number }
  | { readonly number: number; readonly bytes: Uint8Array };

export const varint = (number: number, value: number): Field => ({ number, varint: value });
export const float = (number: number, value: number): Field => ({ number, float: value });
export const bytes = (number: number, value: Uint8Array): Field => ({ number, bytes: value });
export const text = (number: number, value: string): Field => bytes(number, new TextEncoder().encode(value));
export const message = (number: number, fields: readonly Field[]): Field => bytes(number, encode(fields));

const [VARINT, LENGTH_DELIMITED, FIXED_32] = [0, 2, 5];

/** Encodes a message. @throws RangeError on an integer that is negative or not exact, which models here never have */
export function encode(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(fields.flatMap(encodeField));
}

function encodeField(field: Field): number[] {
  const tag = (wireType: number) => encodeVarint(8 * field.number + wireType);
  if ('varint' in field) return [...tag(VARINT), ...encodeVarint(field.varint)];
  if ('float' in field) {
    const fixed = new DataView(new ArrayBuffer(4));
    fixed.setFloat32(0, field.float, true);
    return [...tag(FIXED_32), ...new Uint8Array(fixed.buffer)];
  }
  return [...tag(LENGTH_DELIMITED), ...encodeVarint(field.bytes.length), ...field.bytes];
}

/** An integer in seven bits a byte, the lowest first. Every byte but the last has its eighth bit set. */
function encodeVarint(value: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`varint: expected an integer of 0 or more, got ${value}`);
  }
  return value < 128 ? [value] : [128 + (value % 128), ...encodeVarint(Math.floor(value / 128))];
}
