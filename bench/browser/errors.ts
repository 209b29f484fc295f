/** No browser could be found or installed, or the one asked for cannot be used. The message says what to do. */
export class NoBrowserError extends Error {
  override readonly name = 'NoBrowserError';
}
