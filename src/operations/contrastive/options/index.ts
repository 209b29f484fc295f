import type { Option } from '../../../core/option.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { columnLabels } from './column-labels.ts';
import { dtype } from './dtype.ts';
import { falseNegativeMargin } from './false-negative-margin.ts';
import { gradients } from './gradients.ts';
import { hardest } from './hardest.ts';
import { ids } from './ids.ts';
import { ignoreIndex } from './ignore-index.ts';
import { labelSmoothing } from './label-smoothing.ts';
import { labelSets } from './label-sets.ts';
import { labels } from './labels.ts';
import { logitBias } from './logit-bias.ts';
import { logitScale, rowScales } from './logit-scale.ts';
import { loss } from './loss.ts';
import { margin } from './margin.ts';
import { metrics } from './metrics.ts';
import { normalize } from './normalize.ts';
import { prefixDims } from './prefix-dims.ts';
import { reduction } from './reduction.ts';
import { rowNegatives } from './row-negatives.ts';
import { rowWeights } from './row-weights.ts';
import { embedDim, numCols, numRows, oneTensor } from './shape.ts';
import { extraCols } from './shared-negatives.ts';
import { sigma } from './sigma.ts';
import { softcap } from './softcap.ts';
import { teacherDim, teacherScale } from './teacher.ts';
import { zLoss } from './z-loss.ts';

/** Every option of a contrastive problem, in the order in which they shape it. */
export const contrastiveOptions: readonly Option<ContrastiveProblem>[] = [
  ...[loss, numRows, embedDim, dtype, logitScale, oneTensor, columnLabels, gradients],
  ...[normalize, logitBias, margin, softcap],
  ...[extraCols, numCols, rowNegatives, ignoreIndex, labelSets, labels, ids, falseNegativeMargin],
  ...[teacherDim, teacherScale],
  rowScales,
  ...[labelSmoothing, zLoss, sigma, rowWeights, reduction, metrics, hardest, prefixDims],
];
