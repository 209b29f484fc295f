import { requireCount, requireOneOf } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { checkFields, givenFields } from '../../core/option-table.ts';
import { DEFAULT_LOSS, LOSSES, lossOf, namesOf } from './losses/index.ts';
import { contrastiveOptions } from './options/index.ts';
import { GRADIENTS, REDUCTIONS, type ContrastiveProblem } from './problem.ts';

/**
 * Fills in defaults (the first loss, numCols = numRows, embedDim 256, logitScale 1/0.07, the gradients of all embeddings and
 * the scale, mean) and checks.
 * @throws ShapeError on a value that cannot be, UnsupportedError on a combination that makes no sense
 */
export function contrastiveProblem(partial: Partial<ContrastiveProblem>): ContrastiveProblem {
  requireOneOf('loss', partial.loss ?? DEFAULT_LOSS, LOSSES);
  const problem = filledProblem(partial);
  for (const name of ['numRows', 'numCols', 'embedDim'] as const) requireCount(name, problem[name]);
  requireOneOf('reduction', problem.reduction, REDUCTIONS);
  for (const gradient of problem.gradients) requireOneOf('gradients', gradient, GRADIENTS);
  checkFields(contrastiveOptions, problem);
  checkTensors(problem, partial.oneTensor);
  return problem;
}

/** A problem of a loss that there is, with defaults, unchecked. */
export function filledProblem(partial: Partial<ContrastiveProblem>): ContrastiveProblem {
  const loss = partial.loss ?? DEFAULT_LOSS;
  const traits = lossOf(loss);
  const oneTensor =
    (traits.oneTensor === true && partial.columnLabels !== true) ||
    (traits.oneTensor === 'either' && partial.oneTensor === true);
  // Options that are off are absent.
  const given = Object.fromEntries(
    Object.entries({ ...partial, oneTensor }).filter(([, value]) => value !== false),
  );
  const numRows = partial.numRows ?? (oneTensor && traits.labels !== 'classes' ? 2 : 1);
  return {
    loss,
    numRows,
    numCols: partial.numCols ?? numRows + (partial.extraCols ?? 0),
    embedDim: partial.embedDim ?? 256,
    logitScale: partial.logitScale ?? 1 / 0.07,
    gradients: partial.gradients ?? (oneTensor ? ['x', 'logitScale'] : ['x', 'y', 'logitScale']),
    reduction: partial.reduction ?? 'mean',
    ...(traits.labels === 'sets' && { labels: true, labelSets: 1 }),
    ...(traits.teacher && { teacherDim: partial.embedDim ?? 256, teacherScale: 1 / 0.07 }),
    ...givenFields(contrastiveOptions, given),
  };
}

function checkTensors(problem: ContrastiveProblem, asked: boolean | undefined): void {
  const { loss, numRows, numCols, embedDim, gradients, oneTensor = false, extraCols = 0, labels } = problem;
  const { symmetric, pairwise, teacher, labels: meaning } = lossOf(loss);
  if (asked === true && !oneTensor) throw new UnsupportedError(`loss '${loss}' needs y`, 'oneTensor');
  if (labels === true && meaning !== 'positives' && meaning !== 'sets') {
    throw new UnsupportedError(
      `loss '${loss}' takes no labels: ${namesOf((one) => one.labels === 'positives' || one.labels === 'sets')} do, and those of ${namesOf((one) => one.labels === 'classes')} are classes`,
      'labels',
    );
  }
  if (oneTensor) {
    if (gradients.includes('y'))
      throw new UnsupportedError(`gradients 'y': loss '${loss}' is of x alone here`, 'gradients');
    if (numCols !== numRows) throw new ShapeError('numCols', `${numRows}, the rows of x`, String(numCols));
    if (labels === true)
      throw new UnsupportedError('labels: without y, the positive is half of the rows away', 'labels');
    if (meaning !== 'classes' && numRows % 2 !== 0) {
      throw new ShapeError(
        'x.shape',
        'an even number of rows: two views, one below the other',
        `[${numRows}, ${embedDim}]`,
      );
    }
    return;
  }
  const pairs = numCols - extraCols;
  if ((symmetric || (pairwise && meaning !== 'sets')) && pairs !== numRows) {
    throw new ShapeError(
      'y.shape',
      `[${numRows}, ${embedDim}], as many rows as x: the ${loss} loss pairs them`,
      `[${pairs}, ${embedDim}]`,
    );
  }
  if (teacher !== true && labels !== true && meaning !== 'classes' && pairs < numRows) {
    throw new ShapeError(
      'y.shape',
      `at least ${numRows} rows: without labels, row i of x belongs to row i of y`,
      `[${pairs}, ${embedDim}]`,
    );
  }
}
