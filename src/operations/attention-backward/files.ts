import type { OwnData } from '../../core/operation.ts';
import { attentionFiles } from '../attention/files.ts';

/** The arrays of the forward, and the gradient of its output. */
export const attentionBackwardFiles: OwnData = {
  files: [
    ...attentionFiles.files,
    {
      argument: 'outputGrad',
      about: '[batch, heads, tokens, value dim]',
      known: /^(d_?o|d_?out|grad_?output|output_?grad)$/i,
      required: true,
      as: 'heads',
    },
  ],
};
