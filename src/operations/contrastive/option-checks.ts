import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { requireFinite } from '../../core/checks.ts';
import { lossOf } from './losses/index.ts';
import type { LossOption } from './losses/loss.ts';
import type { ContrastiveProblem } from './problem.ts';

/** Everything a problem may leave out. */
export const OPTION_NAMES = [
  ...(['labels', 'rowScales', 'logitBias', 'normalize', 'labelSmoothing', 'margin'] as const),
  ...(['ids', 'falseNegativeMargin', 'extraCols', 'rowNegatives', 'sigma', 'metrics', 'hardest'] as const),
];

/** Each row's list is kept in order by one invocation. */
const MOST_HARDEST = 128;

/** Why an option makes no sense with the losses that do not name it. */
const REASONS: Readonly<Record<LossOption, string>> = {
  logitBias: 'a softmax does not change when all logits do',
  labelSmoothing: 'it needs a distribution over candidates with one positive in it',
  margin: 'it needs a softmax with one positive',
  ids: 'equal labels are positives there, not duplicates',
  falseNegativeMargin: 'it needs the one positive of each row to compare with',
  extraCols: 'rows and columns are the same tensor there',
  rowNegatives: 'it needs a softmax over one positive and negatives',
  metrics: 'it ranks the one positive of each row',
  sigma: 'nothing else weighs the positives',
};

/** @throws ShapeError naming the option, UnsupportedError naming what it cannot be combined with */
export function checkOptions(problem: ContrastiveProblem): void {
  const { loss, labelSmoothing, falseNegativeMargin, sigma, hardest, logitScale, rowScales } = problem;
  const { options, symmetric, dividesByScale } = lossOf(loss);
  for (const [name, because] of Object.entries(REASONS)) {
    if (problem[name as LossOption] !== undefined && !options.includes(name as LossOption)) {
      throw new UnsupportedError(`${publicName(name)} makes no sense with loss '${loss}': ${because}`, name);
    }
  }
  if (problem.gradients.includes('logitBias') && !options.includes('logitBias')) {
    throw new UnsupportedError(`gradients 'logitBias': the ${loss} loss has no logitBias`, 'gradients');
  }
  if (problem.extraCols !== undefined && problem.oneTensor === true) {
    throw new UnsupportedError(
      'hardNegatives and queue need y: without it, rows and columns are the same tensor',
      'extraCols',
    );
  }
  for (const name of ['logitBias', 'margin', 'falseNegativeMargin'] as const) {
    requireFinite(name, problem[name] ?? 0);
  }
  if (labelSmoothing !== undefined && !(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ShapeError('labelSmoothing', 'a number from 0 to 1', String(labelSmoothing));
  }
  if (hardest !== undefined && !(Number.isInteger(hardest) && hardest >= 1 && hardest <= MOST_HARDEST)) {
    throw new ShapeError('hardest', `a whole number from 1 to ${MOST_HARDEST}`, String(hardest));
  }
  if (sigma !== undefined && !(sigma > 0 && Number.isFinite(sigma))) {
    throw new ShapeError('sigma', 'a positive number', String(sigma));
  }
  if (falseNegativeMargin !== undefined) {
    if (!(logitScale > 0)) throw positiveScale('falseNegativeMargin', logitScale);
    if (rowScales === true && symmetric) {
      throw new UnsupportedError(
        `falseNegativeMargin with a logitScale per row makes no sense with loss '${loss}': a column would compare similarities of different scales`,
        'falseNegativeMargin',
      );
    }
  }
  if (dividesByScale === true && logitScale === 0) throw positiveScale(`the ${loss} loss`, logitScale);
}

const positiveScale = (what: string, got: number): ShapeError =>
  new ShapeError('logitScale', `a positive number, which ${what} needs`, String(got));

/** What the caller of the public API called it. */
function publicName(name: string): string {
  if (name === 'extraCols') return 'hardNegatives or queue';
  return name === 'rowNegatives' ? 'hardNegatives' : name;
}
