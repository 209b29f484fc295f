import { DataError } from './data-error.ts';
import type { Dtype } from './dtype.ts';

/** The header of a .npy file. */
export interface NpyHeader {
  readonly dtype: Dtype;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** Dtypes by NumPy's name for them: a letter for the kind, then the bytes of an element. */
const DTYPES: Readonly<Record<string, Dtype>> = {
  ...{ f2: 'f16', f4: 'f32', f8: 'f64', b1: 'bool' },
  ...{ u1: 'u8', u2: 'u16', u4: 'u32', u8: 'u64', i1: 'i8', i2: 'i16', i4: 'i32', i8: 'i64' },
};

/** A text of Python, in either of its quotes. */
const DESCR = `('[^']*'|"[^"]*")`;

/** A tuple of Python: one comma after a single number, and as many as one likes between more. Python 2 wrote `4L`. */
const SHAPE = String.raw`\(\s*((?:\d+L?\s*,\s*(?:\d+L?\s*,\s*)*(?:\d+L?\s*)?)?)\)`;

/**
 * Reads the dictionary that a .npy file begins with: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws DataError naming the entry
 */
export function parseNpyHeader(where: string, text: string): NpyHeader {
  const entry = (key: string, value: string): string => {
    const [, found] = new RegExp(`(?:'${key}'|"${key}")\\s*:\\s*(?:${value})\\s*[,}]`).exec(text) ?? [];
    if (found === undefined) throw new DataError(where, `a header with a readable '${key}'`, shortened(text));
    return found;
  };
  const descr = entry('descr', DESCR).slice(1, -1);
  // Native order is little-endian wherever this runs.
  const [, order = '', letters = ''] = /^([<>|=]?)(\w+)$/.exec(descr) ?? [];
  const dtype = DTYPES[letters];
  if (dtype === undefined) {
    throw new DataError(where, `a dtype of f, i, u or b1, as '<f4'`, `'${descr}'`);
  }
  const shape = entry('shape', SHAPE);
  return {
    dtype,
    bigEndian: order === '>',
    fortranOrder: entry('fortran_order', '(True|False)') === 'True',
    shape: shape
      .split(',')
      .map((extent) => extent.trim().replace(/L$/, ''))
      .filter((extent) => extent !== '')
      .map(Number),
  };
}

/** The dictionary that NumPy writes for a row-major, little-endian array. */
export function npyHeaderText(dtype: Dtype, shape: readonly number[]): string {
  const [letters] = Object.entries(DTYPES).find(([, known]) => known === dtype) ?? [];
  if (letters === undefined) throw new RangeError(`.npy has no ${dtype}`);
  const extents = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const order = letters.endsWith('1') ? '|' : '<';
  return `{'descr': '${order}${letters}', 'fortran_order': False, 'shape': (${extents}), }`;
}

const shortened = (text: string): string => (text.length <= 80 ? text.trim() : `${text.slice(0, 79)}…`);
