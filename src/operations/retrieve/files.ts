import type { OwnData } from '../../core/operation.ts';

/** Embeddings of queries and of documents. */
export const retrieveFiles: OwnData = {
  files: [
    {
      argument: 'query',
      about: '[queries, dim]',
      known: /^(q|query|queries|x|questions?)$/i,
      required: true,
      as: 'tensor',
    },
    {
      argument: 'document',
      about: '[documents, dim]',
      known: /^(d|docs?|documents?|y|passages?|corpus|embeds?|embeddings?)$/i,
      required: true,
      as: 'tensor',
    },
  ],
};
