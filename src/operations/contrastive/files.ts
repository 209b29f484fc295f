import type { OwnData } from '../../core/operation.ts';

/** Embeddings of a batch. */
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
  ],
};
