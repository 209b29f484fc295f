import type { Figure } from '../../measure/figures.ts';
import type { Result } from '../../measure/report.ts';

/** The order of a table: by a figure, or as given, which is teaching order. */
export interface Sorting {
  /** The `id` of the figure. */
  readonly by: string;
  readonly direction: 'ascending' | 'descending';
}

/** The order after a heading was pressed: ascending, descending, teaching order. */
export function nextSorting(current: Sorting | undefined, by: string): Sorting | undefined {
  if (current?.by !== by) return { by, direction: 'ascending' };
  return current.direction === 'ascending' ? { by, direction: 'descending' } : undefined;
}

/** Results in an order; those without the figure come last. */
export function sorted(
  results: readonly Result[],
  figures: readonly Figure[],
  sorting: Sorting | undefined,
): readonly Result[] {
  const figure = figures.find(({ id }) => id === sorting?.by);
  if (figure === undefined) return results;
  const sign = sorting?.direction === 'descending' ? -1 : 1;
  const keyed = results.map((result) => ({ result, key: numberOf(figure, result) }));
  return keyed
    .sort((a, b) => {
      if (a.key === undefined || b.key === undefined)
        return Number(a.key === undefined) - Number(b.key === undefined);
      return sign * (a.key - b.key);
    })
    .map(({ result }) => result);
}

/** The first of the figure's plain values that is a number. */
function numberOf({ values }: Figure, result: Result): number | undefined {
  return Object.values(values)
    .map((valueOf) => valueOf(result))
    .find((value) => typeof value === 'number');
}
