import { offeredVariants } from '../../src/core/bind.ts';
import type { Variant } from '../../src/core/variant.ts';

/** The variants that every device is offered: those on matrix units have tests of their own. */
export const usualVariants = <V extends Pick<Variant<never>, 'needs'>>({
  variants,
}: {
  readonly variants: readonly V[];
}): readonly V[] => offeredVariants(variants, undefined);
