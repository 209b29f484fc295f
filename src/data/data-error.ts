/** A file, or an array in it, that cannot be used. `where` names it: `qkv.npz › query`. */
export class DataError extends Error {
  override readonly name = 'DataError';
  constructor(
    readonly where: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}`);
  }
}
