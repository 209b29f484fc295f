/** Rotations of Jacobi stop once what is beside the diagonal is so small beside it, or after so many sweeps. */
const SMALL = 1e-14;
const SWEEPS = 16;

/**
 * The eigenvectors of a symmetric matrix with the largest eigenvalues, by Jacobi's rotations. The largest element of each is above 0.
 * @returns [size, count]: column by column, the largest eigenvalue first
 */
export function eigenvectors(symmetric: Float64Array, size: number, count: number): Float64Array {
  const a = symmetric.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  const total = Math.sqrt(a.reduce((sum, element) => sum + element * element, 0));
  for (let sweep = 0; sweep < SWEEPS && besideDiagonal(a, size) > SMALL * total; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => (a[j * size + j] ?? 0) - (a[i * size + i] ?? 0) || i - j,
  );
  const best = new Float64Array(size * count);
  for (let column = 0; column < count; column++) {
    const from = order[column] ?? 0;
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const element = vectors[i * size + from] ?? 0;
      if (Math.abs(element) > Math.abs(largest)) largest = element;
    }
    for (let i = 0; i < size; i++) {
      best[i * count + column] = Math.sign(largest) * (vectors[i * size + from] ?? 0);
    }
  }
  return best;
}

function besideDiagonal(a: Float64Array, size: number): number {
  let squares = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (i !== j) squares += (a[i * size + j] ?? 0) ** 2;
  }
  return Math.sqrt(squares);
}

/** Makes element (p, q) 0, and turns the vectors likewise. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const beside = a[p * size + q] ?? 0;
  if (beside === 0) return;
  const theta = ((a[q * size + q] ?? 0) - (a[p * size + p] ?? 0)) / (2 * beside);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (matrix: Float64Array, first: number, second: number) => {
    const [x, y] = [matrix[first] ?? 0, matrix[second] ?? 0];
    matrix[first] = c * x - s * y;
    matrix[second] = s * x + c * y;
  };
  for (let i = 0; i < size; i++) turn(a, i * size + p, i * size + q);
  for (let i = 0; i < size; i++) turn(a, p * size + i, q * size + i);
  for (let i = 0; i < size; i++) turn(vectors, i * size + p, i * size + q);
}
