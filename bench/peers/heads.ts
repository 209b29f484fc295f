/**
 * Swaps the two middle axes of a row-major tensor. Tilewise stores heads as `[batch, heads, length, width]`, other
 * libraries as `[batch, length, heads, width]`.
 * @param rows extent of the second axis as stored
 * @param columns extent of the third axis as stored
 */
export function swapMiddleAxes(
  data: Float32Array,
  batch: number,
  rows: number,
  columns: number,
  width: number,
): Float32Array<ArrayBuffer> {
  const swapped = new Float32Array(data.length);
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const from = ((b * rows + row) * columns + column) * width;
        swapped.set(data.subarray(from, from + width), ((b * columns + column) * rows + row) * width);
      }
    }
  }
  return swapped;
}
