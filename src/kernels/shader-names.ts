/**
 * The vocabulary shared by host and shaders. WESL takes an unknown condition for false, so both sides
 * are checked against these lists: TypeScript here, the shader sources when they are linked.
 */
export const CONDITIONS = {
  CAUSAL: 'hide keys after the query, along the causal-aligned diagonal',
  STAGED: 'stage operands in workgroup memory instead of reading them straight from storage',
} as const;

export const CONSTANTS = {
  HEAD_DIM: 'elements of a query or key row',
  HEAD_DIM_V: 'elements of a value row',
  BLOCK_M: 'rows of a tile',
  BLOCK_N: 'columns of a tile',
  ROWS: 'tile rows per invocation',
  COLS: 'tile columns per invocation',
  COLS_V: 'output columns per invocation',
  STAGE_DEPTH: 'elements of the contraction staged at a time',
  WORKGROUP_SIZE: 'invocations of a workgroup',
} as const;

export type Condition = keyof typeof CONDITIONS;
export type Constant = keyof typeof CONSTANTS;
