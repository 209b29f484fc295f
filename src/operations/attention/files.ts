import type { OwnData } from '../../core/operation.ts';

const HEADS = '[batch, heads, tokens, dim]';

/** Arrays captured from a model. */
export const attentionFiles: OwnData = {
  files: [
    {
      argument: 'query',
      about: HEADS,
      known: /^(q|xq|quer(y|ies)|query_?(states|layer))$/i,
      required: true,
      as: 'heads',
    },
    {
      argument: 'key',
      about: HEADS,
      known: /^(k|xk|keys?|key_?(states|layer))$/i,
      required: true,
      as: 'heads',
    },
    {
      argument: 'value',
      about: HEADS,
      known: /^(v|xv|values?|value_?(states|layer))$/i,
      required: true,
      as: 'heads',
    },
  ],
};
