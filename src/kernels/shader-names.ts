/**
 * The vocabulary shared by host and shaders. WESL takes an unknown condition for false, so both sides
 * are checked against these lists: TypeScript here, the shader sources when they are linked.
 */
export const CONDITIONS = {
  ALIBI: 'lower scores with the distance from the diagonal',
  BANDED: 'limit the keys a query sees to a band around the diagonal',
  BIAS: 'add a bias tensor to the scores',
  BY_COLUMN: 'walk the matrix column by column instead of row by row',
  CLASSIFIED: 'know of each tile whether none, some or all of it is seen',
  EMBED_GRAD: 'compute the gradient of an embedding',
  LENGTHS: 'each batch entry has its own number of keys',
  MASK: 'hide keys by a mask tensor',
  MASK_MOD: 'hide keys by a function of the user',
  SCALE_GRAD: 'compute the terms of the gradient of logitScale',
  SCORE_MOD: 'change scores by a function of the user',
  SCORE_MOD_GRAD: 'and the derivative of that function is known',
  SINKS: 'put a sink logit of each head into the denominator',
  SOFTCAP: 'bound scores by a tanh',
  STAGED: 'stage operands in workgroup memory instead of reading them straight from storage',
} as const;

export const CONSTANTS = {
  DEPTH: 'length of the dot products: headDim, embedDim',
  WIDTH: 'columns of the values and of the sums they are weighed into: headDimV, embedDim',
  BLOCK_M: 'rows of a tile',
  BLOCK_N: 'columns of a tile',
  ROWS: 'tile rows per invocation',
  COLS: 'tile columns per invocation',
  COLS_V: 'columns of the weighted sums per invocation',
  STAGE_DEPTH: 'elements of the contraction staged at a time',
  WORKGROUP_SIZE: 'invocations of a workgroup',
} as const;

export type Condition = keyof typeof CONDITIONS;
export type Constant = keyof typeof CONSTANTS;
