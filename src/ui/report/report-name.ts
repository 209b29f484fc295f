import { problemFamily, problemSize, sizesOf, variantsOf } from '../../measure/describe.ts';
import type { Report } from '../../measure/report.ts';

/** `attention, 2 heads, headDim 64, dense, 64 to 256`; of a comparison, its panes first. */
export function defaultName({ results }: Report): string {
  const [first] = results;
  if (!first) return 'nothing measured';
  const family = results.filter(({ operation }) => operation === first.operation);
  const sizes = sizesOf(family);
  const span = sizes.length === 1 ? problemSize(first) : `${sizes[0] ?? ''} to ${sizes.at(-1) ?? ''}`;
  const panes = first.label === undefined ? '' : `${variantsOf(results).join(', ')}: `;
  return `${panes}${first.operation}, ${problemFamily(first)}, ${span}`;
}
