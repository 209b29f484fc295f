/** The buffers of all arrays in a result, however deep: fresh from the GPU, so the worker need not keep them. */
export function buffersOf(result: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!ArrayBuffer.isView(value)) Object.values(value).forEach(collect);
    else if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  };
  collect(result);
  return [...found];
}
