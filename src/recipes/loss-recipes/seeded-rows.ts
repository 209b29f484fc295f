import { normals } from '../../core/random.ts';
import { floatTensor, type FloatTensor } from '../../core/tensor.ts';

/** The width of the embeddings that recipes are tried on. */
export const EMBED_DIM = 64;

/** The seed of one of several inputs. */
export const seedOf = (seed: number, input: number): number => 16 * seed + input;

/** Random rows of length 1. */
export const unitRows = (seed: number, numRows: number, width = EMBED_DIM): FloatTensor =>
  normalised(floatTensor([numRows, width], normals(numRows * width, seed)));

/**
 * Rows of length 1 that lie about others: normal noise of length `spread` is added to these.
 * @param rowOf the row that row i lies about
 */
export function rowsAbout(
  { shape: [, width = 1], data }: FloatTensor,
  { seed, spread, numRows, rowOf = (row) => row }: RowsAbout,
): FloatTensor {
  const noise = normals(numRows * width, seed);
  const rows = noise.map((value, at) => {
    const own = data[rowOf(Math.floor(at / width)) * width + (at % width)] ?? NaN;
    return own + (spread * value) / Math.sqrt(width);
  });
  return normalised(floatTensor([numRows, width], rows));
}

interface RowsAbout {
  readonly seed: number;
  readonly spread: number;
  readonly numRows: number;
  readonly rowOf?: (row: number) => number;
}

function normalised({ shape, data }: FloatTensor): FloatTensor {
  const [numRows = 0, width = 1] = shape;
  const unit = new Float32Array(data.length);
  for (let row = 0; row < numRows; row++) {
    const own = data.subarray(row * width, (row + 1) * width);
    const length = Math.hypot(...own);
    unit.set(
      own.map((value) => value / length),
      row * width,
    );
  }
  return floatTensor(shape, unit);
}
