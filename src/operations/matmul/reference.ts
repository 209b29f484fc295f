/** Chosen rows of `A Bᵀ` in float64, both [size, size]. */
export function matmulReference(
  size: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: readonly number[],
): Float64Array {
  const product = new Float64Array(rows.length * size);
  rows.forEach((row, index) => {
    for (let col = 0; col < size; col++) {
      let dot = 0;
      for (let k = 0; k < size; k++) dot += (a[row * size + k] ?? NaN) * (b[col * size + k] ?? NaN);
      product[index * size + col] = dot;
    }
  });
  return product;
}
