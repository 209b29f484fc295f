import { wgslStandardAttributes } from 'wesl';
import type { ShaderSpec } from '../core/plan.ts';

/** Declarations by which `lib/matrix_unit.wesl` makes built-in names known to WESL, as it writes them out. */
const STUBS =
  /^(?:struct subgroup_matrix_\w+ \{ stub: u32 \}|fn subgroupMatrix\w+\(\) \{ \}|const (?:row|col)_major = 0;)$/gm;

// Linking leaves out attributes that WESL does not know.
wgslStandardAttributes.add('subgroup_size');

/** WESL makes whole declarations conditional, but no attribute. */
const SIZE = /@subgroup_size\s*\([^)]*\)/g;

const blank = (text: string): string => ' '.repeat(text.length);

/**
 * Leaves out the declarations of names that the compiler has itself, and the size of subgroups where no pass asks for it. All
 * other text keeps its place.
 */
export function withoutStubs(wgsl: string, { SUBGROUP_SIZE = false }: ShaderSpec['conditions']): string {
  const text = wgsl.replace(STUBS, blank);
  return SUBGROUP_SIZE ? text : text.replace(SIZE, blank);
}
