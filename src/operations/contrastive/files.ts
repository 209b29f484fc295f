import type { OwnData } from '../../core/operation.ts';

/** Embeddings and labels of a batch. */
export const contrastiveFiles: OwnData = {
  files: [
    {
      argument: 'x',
      about: '[rows, dim]',
      known: /^(x|a|z|images?|image_?(embeds?|embeddings?|features?)|embeds?|embeddings?)$/i,
      required: true,
      as: 'tensor',
    },
    {
      argument: 'y',
      about: '[rows, dim]',
      known: /^(y|b|texts?|text_?(embeds?|embeddings?|features?))$/i,
      as: 'tensor',
    },
    {
      argument: 'labels',
      about: 'whole numbers, one a row',
      known: /^(labels?|targets?|classes)$/i,
      as: 'indices',
    },
  ],
  fields: [
    ...['loss', 'logitScale', 'normalize', 'gradients', 'logitBias', 'margin', 'labelSmoothing'],
    ...['falseNegativeMargin', 'sigma', 'metrics', 'hardest', 'reduction'],
  ],
};
