/** The least power of two that is no less. */
export const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/** Up to 256, 1024, 4096 …: sizes that are likely to want the same parameters. */
export function sizeClass(size: number): string {
  return `size ≤ ${Math.max(256, 4 ** Math.ceil(Math.log2(size) / 2))}`;
}
