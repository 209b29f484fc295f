/**
 * The vocabulary shared by host and shaders. WESL takes an unknown condition for false, so both sides
 * are checked against these lists: TypeScript here, the shader sources when they are linked.
 */
export const CONDITIONS = {
  ALIBI: 'lower scores with the distance from the diagonal',
  BANDED: 'limit the keys a query sees to a band around the diagonal',
  BIAS: 'add a bias tensor to the scores',
  BIAS_GRAD: 'compute the terms of the gradient of logitBias',
  BY_COLUMN: 'walk the matrix column by column instead of row by row',
  CLASSES: 'a row has several positives: those of its class',
  DECOUPLED: 'leave the positive out of the denominator',
  EMBED_GRAD: 'compute the gradient of an embedding',
  FALSE_NEGATIVES: 'leave out negatives that are more similar than the positive',
  FUSED: 'the gradient is found together with the statistics, and finished later',
  HARDEST: 'list the negatives of each row that are most similar',
  IDS: 'pairs whose ids are equal are no negatives',
  KEEP_WEIGHTS: 'write the weights of a panel of pairs to memory instead of multiplying them on',
  KEYED: 'positives are told by a key of each line, not by its place',
  LENGTHS: 'each batch entry has its own number of keys',
  LOSS_TERMS: 'compute the terms of the loss beside those of the gradients',
  MASK: 'hide keys by a mask tensor',
  METRICS: 'count who ranks above the positive, and measure the negatives',
  NORMALIZE: 'embeddings are divided by their lengths',
  OTHER_LINES: 'the other lines have softmaxes that a pair belongs to',
  OWN_LINES: 'the own lines have softmaxes that a pair belongs to',
  ROW_SCALE: 'each row has its own logit scale',
  SCALE_GRAD: 'compute the terms of the gradient of logitScale',
  SELF: 'rows and columns are the same tensor, and no row meets itself',
  SIGMOID: 'each pair is a binary choice',
  SINKS: 'put a sink logit of each head into the denominator',
  SMOOTHING: 'spread a part of the target over all candidates',
  SOFTCAP: 'bound scores by a tanh',
  STAGED: 'stage operands in workgroup memory instead of reading them straight from storage',
  SYMMETRIC: 'columns have softmaxes too',
  WEIGHTED: 'positives have weights of their own',
} as const;

export const CONSTANTS = {
  DEPTH: 'length of the dot products: headDim, embedDim',
  WIDTH: 'columns of the values and of the sums they are weighed into: headDimV, embedDim',
  BLOCK_M: 'rows of a tile',
  BLOCK_N: 'columns of a tile',
  ROWS: 'tile rows per invocation',
  COLS: 'tile columns per invocation',
  COLS_V: 'columns of the weighted sums per invocation',
  OWN_NEGATIVES: 'negatives that each row has for itself',
  TOP: 'how many of the hardest negatives are listed',
  STAGE_DEPTH: 'elements of the contraction staged at a time',
  WORKGROUP_SIZE: 'invocations of a workgroup',
} as const;

export type Condition = keyof typeof CONDITIONS;
export type Constant = keyof typeof CONSTANTS;
