/** Declarations by which `lib/matrix_unit.wesl` makes built-in names known to WESL, as it writes them out. */
const STUBS =
  /^(?:struct subgroup_matrix_\w+ \{ stub: u32 \}|fn subgroupMatrix\w+\(\) \{ \}|const (?:row|col)_major = 0;)$/gm;

/** Leaves out the declarations of names that the compiler has itself. All other text keeps its place. */
export const withoutStubs = (wgsl: string): string => wgsl.replace(STUBS, (stub) => ' '.repeat(stub.length));
