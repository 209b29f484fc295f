import type { ModifierTexts } from '../../core/modifiers.ts';
import type { CallOptions, VariantInfo } from '../../worker/api.ts';

/** A kernel for own data: a variant, with parameters and code of one's own where it has any. */
export interface OwnKernel {
  readonly id: string;
  readonly title: string;
  readonly options: Pick<CallOptions, 'variant' | 'params' | 'sources' | 'watchMs'>;
  readonly modifiers?: ModifierTexts;
}

/** An operation's variants as they are shipped, in teaching order, after a choice that names none. */
export const variantKernels = (variants: readonly Pick<VariantInfo, 'id' | 'title'>[]): OwnKernel[] => [
  { id: '', title: 'Chosen for this problem', options: {} },
  ...variants.map(({ id, title }) => ({ id, title, options: { variant: id } })),
];
