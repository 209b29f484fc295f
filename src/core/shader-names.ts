/**
 * The vocabulary shared by host and shaders. WESL takes an unknown condition for false, so both sides are checked against
 * these lists: TypeScript here, the shader sources when they are linked. Conditions that are one option's alone stand in its row.
 */
export const CONDITIONS = {
  BACK: 'turn gradients of rotated rows back',
  BIAS_GRAD: 'compute the terms of the gradient of logitBias',
  BLOCKS_LISTED: 'each tile lies within one block of the block mask, so that a list of tiles says all of it',
  BY_COLUMN: 'walk the matrix column by column instead of row by row',
  CLASSES: 'a row has several positives: those of its class',
  EMBED_GRAD: 'compute the gradient of an embedding',
  F16: 'tensors are made of f16',
  FUSED: 'the gradient is found together with the statistics, and finished later',
  INDEXED: 'candidates have indices of their own',
  KEEP_STATS: 'leave the maximum and sum of each row instead of its lse',
  LEFT_COPIED: 'left operands are copies in f32, whose second terms lie behind them where scores have two',
  LISTED: 'the keys of a part of a cache have a list of positions, in place of a range',
  LOSS_TERMS: 'compute the terms of the loss beside those of the gradients',
  MATRIX: 'multiply on the matrix units of subgroups',
  MATCHED: 'keep which token of a document each query token is nearest to',
  OTHER_LINES: 'the other lines have softmaxes that a pair belongs to',
  OWN_LINES: 'the own lines have softmaxes that a pair belongs to',
  PACKED: 'rows hold two vectors side by side, and values are one of them',
  RAGGED: 'dot products have lengths that are no multiple of four',
  RIGHT_COPIED: 'right operands are such copies',
  SCALED: 'multiply the result by softmaxScale',
  SCALE_GRAD: 'compute the terms of the gradient of logitScale',
  SHARD: 'the problem is a shard of a larger one',
  STAGED: 'stage operands in workgroup memory instead of reading them straight from storage',
  SUBGROUPS: 'hand operands, weights and sums round within quads of a subgroup',
  SYMMETRIC: 'columns have softmaxes too',
  VECTOR: 'load operands four elements at a time',
  WEIGHTED: 'the scores of chosen keys are their weights',
  WHOLE: 'the right operand and the values of a tile are staged whole, and quads own its rows',
} as const;

export const CONSTANTS = {
  DEPTH: 'length of the dot products: headDim, embedDim',
  WIDTH: 'columns of the values and of the sums they are weighed into: headDimV, embedDim',
  BLOCK_M: 'rows of a tile',
  BLOCK_N: 'columns of a tile',
  ROWS: 'tile rows per invocation',
  COLS: 'tile columns per invocation',
  QUERIES: 'query rows per invocation, be they tile rows or columns',
  KEYS: 'keys per invocation, likewise',
  COLS_V: 'columns of the weighted sums per invocation',
  OWN_NEGATIVES: 'negatives that each row has for itself',
  TOP: 'how many of the hardest negatives are listed',
  STAGE_DEPTH: 'elements of the contraction staged at a time',
  MATRIX_M: 'rows of a fragment of a matrix unit: of the left operand and of the sums',
  MATRIX_N: 'columns of a fragment: of the right operand and of the sums',
  MATRIX_K: 'elements that a matrix unit contracts at a time',
  FRAGMENTS: 'fragments of a subgroup along either side',
  SUBGROUPS_M: 'subgroups of a workgroup, one below another',
  SUBGROUPS_N: 'and side by side',
  FOURS: 'vectors of four columns of the weighted sums per invocation',
  HADAMARD: 'elements of a block of a Hadamard transform',
  KEYS_EACH: 'keys of a tile whose scores an invocation computes',
  KEY_BITS: 'bits of a code of the keys of a cache',
  KEY_FOURS: 'vectors of four elements in a row of keys',
  KEY_SCALES: 'scales that each key has',
  KEY_TOKENS: 'neighbouring keys that share the scales of their channels',
  KEY_VECTORS: 'vectors of four codes in a word of the keys',
  KEY_WORDS: 'words of a row of codes of the keys',
  SIGNS: 'seed of the signs before a Hadamard transform; 0 for none',
  VALUE_BITS: 'bits of a code of the values of a cache',
  VALUE_SCALES: 'scales that each value has',
  VALUE_VECTORS: 'vectors of four codes in a word of the values',
  VALUE_WORDS: 'words of a row of codes of the values',
  BITS: 'hyperplanes of a hash table',
  LINES: 'numbers of the summary of a block of keys',
  CHANNELS: 'channels of queries and keys by which keys are chosen',
  CHAINS: 'independent values that an invocation multiplies and adds to',
  STEPS: 'multiply-adds of each before the loop turns',
  WORDS: 'words of a packed row that are compared',
  WORKGROUP_SIZE: 'invocations of a workgroup',
} as const;

/** Parts of a shader that each pass chooses a module for. Shaders import from the role: `package::roles::load`. */
export const ROLES = {
  basis: 'the coordinates in which keys or values of a cache are kept',
  bias_sums: 'which sums of dS make up the gradient of a bias: one a query and key, a query, or a key',
  chain:
    'how far the chain rule takes the gradients of scores back: not at all, to the bias, or to the dot products',
  choice: 'by which score keys are chosen',
  dots: 'where a tile of dot products comes from, and whether it is kept',
  exponent: 'the units of scores in exponentials: natural, or those of log 2',
  keys: 'the form of the keys of a cache, and how query rows are multiplied by them',
  load: 'where dot_tile and weighted_tile take the elements of their operands from',
  loss: 'the loss of a row or column from its statistics, and the part of a pair in it',
  numbers: 'the numbers that the codes of a cache stand for, before their scale',
  owned: 'what a workgroup of attention owns, and tile rows are: query rows or keys',
  packing: 'how elements are packed into words, and which score comes of two rows of them',
  positives: 'which pairs are positive, and whether rows and columns are the same lines',
  row_source: 'what the gradients know of a row: all of it, or not yet its delta',
  scales: 'how the scales of codes are kept',
  values: 'the form of the values of a cache',
  scores: 'the score of a query and a document: a product of elements, or of packed words',
  summary: 'the numbers that sum up a block of keys, by which it is chosen',
  walk: 'which tiles of keys a row block of attention meets, or of rows a block of keys, and which of them need masks',
  weights: 'what becomes of a tile of weights: multiplied on, kept, or unused',
} as const;

/** Conditions whose code needs a feature of the device. */
export const CONDITION_FEATURES: Readonly<Partial<Record<Condition, string>>> = {
  F16: 'shader-f16',
  MATRIX: 'chromium-experimental-subgroup-matrix',
  SUBGROUPS: 'subgroups',
};

export type Condition = keyof typeof CONDITIONS;
export type Constant = keyof typeof CONSTANTS;
export type Role = keyof typeof ROLES;
