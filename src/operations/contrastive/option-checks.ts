import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { requireFinite } from '../../core/checks.ts';
import { TRAITS, type Loss } from './losses.ts';
import type { ContrastiveProblem } from './problem.ts';

/** Everything a problem may leave out. */
export const OPTION_NAMES = [
  ...(['labels', 'rowScales', 'logitBias', 'normalize', 'labelSmoothing', 'margin'] as const),
  ...(['ids', 'falseNegativeMargin', 'extraCols', 'rowNegatives', 'sigma', 'metrics', 'hardest'] as const),
];

/** Each row's list is kept in order by one invocation. */
const MOST_HARDEST = 128;

/** Losses that an option makes sense with, and why not with others. */
const MAKES_SENSE: Readonly<
  Partial<Record<keyof ContrastiveProblem, { with: readonly Loss[]; because: string }>>
> = {
  logitBias: { with: ['siglip'], because: 'a softmax does not change when all logits do' },
  labelSmoothing: {
    with: ['clip', 'info-nce', 'nt-xent'],
    because: 'it needs a distribution over candidates with one positive in it',
  },
  margin: {
    with: ['clip', 'info-nce', 'nt-xent', 'dcl', 'dclw'],
    because: 'it needs a softmax with one positive',
  },
  ids: {
    with: ['clip', 'info-nce', 'siglip', 'nt-xent', 'dcl', 'dclw'],
    because: 'equal labels are positives there, not duplicates',
  },
  falseNegativeMargin: {
    with: ['clip', 'info-nce', 'nt-xent', 'dcl', 'dclw'],
    because: 'it needs the one positive of each row to compare with',
  },
  extraCols: {
    with: ['clip', 'info-nce', 'siglip', 'dcl', 'dclw'],
    because: 'rows and columns are the same tensor there',
  },
  rowNegatives: {
    with: ['clip', 'info-nce', 'nt-xent', 'dcl', 'dclw'],
    because: 'it needs a softmax over one positive and negatives',
  },
  metrics: {
    with: ['clip', 'info-nce', 'siglip', 'nt-xent', 'dcl', 'dclw'],
    because: 'it ranks the one positive of each row',
  },
  sigma: { with: ['dclw'], because: 'nothing else weighs the positives' },
};

/** @throws ShapeError naming the option, UnsupportedError naming what it cannot be combined with */
export function checkOptions(problem: ContrastiveProblem): void {
  const { loss, labelSmoothing, falseNegativeMargin, sigma, hardest, logitScale, rowScales } = problem;
  for (const [name, { with: losses, because }] of Object.entries(MAKES_SENSE)) {
    if (problem[name as keyof ContrastiveProblem] !== undefined && !losses.includes(loss)) {
      throw new UnsupportedError(`${publicName(name)} makes no sense with loss '${loss}': ${because}`, name);
    }
  }
  if (problem.gradients.includes('logitBias') && !TRAITS[loss].sigmoid) {
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
    if (rowScales === true && TRAITS[loss].symmetric) {
      throw new UnsupportedError(
        `falseNegativeMargin with a logitScale per row makes no sense with loss '${loss}': a column would compare similarities of different scales`,
        'falseNegativeMargin',
      );
    }
  }
  if (loss === 'dclw' && logitScale === 0) throw positiveScale('the dclw loss', logitScale);
}

const positiveScale = (what: string, got: number): ShapeError =>
  new ShapeError('logitScale', `a positive number, which ${what} needs`, String(got));

/** What the caller of the public API called it. */
function publicName(name: string): string {
  if (name === 'extraCols') return 'hardNegatives or queue';
  return name === 'rowNegatives' ? 'hardNegatives' : name;
}
