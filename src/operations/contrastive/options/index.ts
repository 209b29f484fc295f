import type { Option } from '../../../core/option.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { embedDim, gradients, logitScale, loss, numRows } from './basic.ts';
import { LOGIT_OPTIONS, LOSS_OPTIONS } from './logits.ts';
import { oneTensor, PAIR_OPTIONS } from './pairs.ts';

/**
 * Every option of a contrastive problem, in the order in which they shape it. A loss over several prefixes of the embeddings
 * (Matryoshka) is no option of a problem: it is several problems, and an argument of `lab.contrastive`.
 */
export const contrastiveOptions: readonly Option<ContrastiveProblem>[] = [
  loss,
  numRows,
  embedDim,
  logitScale,
  oneTensor,
  gradients,
  ...LOGIT_OPTIONS,
  ...PAIR_OPTIONS,
  ...LOSS_OPTIONS,
];
