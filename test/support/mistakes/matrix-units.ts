import type { Mistake } from './mistake.ts';

/** Mistakes in kernels on matrix units, which only some devices can notice. */
export const MATRIX_UNITS: readonly Mistake[] = [
  {
    name: 'sums that are not scaled when a maximum has grown',
    file: 'attention/matrix_forward.wesl',
    from: 'scores[own_sum + r * MATRIX_M * SCORE_STRIDE + c] *= shrink[r];',
    to: '',
    operation: 'attention',
    corner: 'logits of hundreds, f16',
    variant: 'matrix',
  },
  {
    name: 'values that are not transposed',
    file: 'attention/lib/fragment_stage.wesl',
    from: 'Fragment(fours[s][c])',
    to: 'Fragment(fours[c][s])',
    operation: 'attention',
    corner: 'fragments of matrix units',
    variant: 'matrix',
  },
  {
    name: 'a second step that is staged as the first',
    file: 'contrastive/lib/dots/fragments.wesl',
    from: 'Span(first, params.num_cols - 1), start)',
    to: 'Span(first, params.num_cols - 1), 0u)',
    operation: 'contrastive',
    corner: 'f16, logits of matrix units',
    variant: 'matrix',
  },
];
