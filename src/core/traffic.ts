import { chunkName, chunksOf, type Binding, type Pass, type Plan } from './plan.ts';

/**
 * Bytes that a plan moves between memory and workgroups, if every workgroup reads what it needs once and shares
 * nothing with the others: the I/O model of Saha and Ye, "The I/O Complexity of Attention" (2024). Caches may do
 * better. Masks other than bands and lengths are not taken off.
 */
export function trafficBytes(plan: Plan): number {
  const bytes = new Map(plan.buffers.flatMap(chunksOf).map((chunk) => [chunk.name, chunk.bytes] as const));
  return plan.passes.reduce((sum, pass) => sum + passTraffic(pass, bytes), 0);
}

/** The least that any variant moves: inputs, outputs and states, once each. Little of a state may be written. */
export function leastBytes({ buffers }: Plan): number {
  return buffers.reduce((sum, { role, bytes }) => sum + (role === 'workspace' ? 0 : bytes), 0);
}

function passTraffic({ bindings }: Pass, bytes: ReadonlyMap<string, number>): number {
  // One buffer may be bound twice, for two readings of the same tile.
  const moves = new Map<string, number>();
  for (const { buffer, chunk, times = 1 } of bindings) {
    const name = chunkName(buffer, chunk);
    moves.set(name, Math.max(moves.get(name) ?? 0, times));
  }
  return [...moves].reduce((sum, [name, times]) => sum + times * (bytes.get(name) ?? 0), 0);
}

/** Bindings that all workgroups together move whole so often. */
export const moved = (times: number, bindings: readonly Binding[]): Binding[] =>
  bindings.map((binding) => ({ ...binding, times }));

/**
 * How often an [rows, cols] product with one invocation an element, `size` neighbours of a row to a workgroup, reads
 * its left factor (by rows) and its right one (by columns) whole.
 */
export const elementwiseReads = (rows: number, cols: number, size: number) => ({
  left: Math.max(1, cols / size),
  right: (rows * Math.min(size, cols)) / size,
});
