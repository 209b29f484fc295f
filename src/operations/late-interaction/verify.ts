import { requireArray } from '../../core/checks.ts';
import type { Comparison } from '../../core/comparison.ts';
import { compare, worse, type Deviation } from '../../core/deviation.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import type { Arrays } from '../../core/variant.ts';
import { keepsMatches, lengthsOf, numRows, productFlops, type LateProblem } from './problem.ts';
import { bestOf, dotsOf, lateGradients, lateLoss } from './reference.ts';

/** Relative L2 errors against float64. */
const SCORE_BOUND = 5e-6;
const GRADIENT_BOUND = 1e-5;

/**
 * Compares scores with float64, and loss and gradients with what float64 makes of these scores and of the tokens that were chosen:
 * two dot products that f32 cannot tell apart have gradients as different as any. A chosen token is right if its dot product is as
 * large as the largest, and if no token before it has the same.
 */
export function verifyLate(
  problem: LateProblem,
  inputs: Arrays,
  outputs: Arrays,
  flopBudget: number,
): Deviation {
  const { numQueries, numDocuments, embedDim, loss, gradients } = problem;
  const queries = sampleRows(numQueries, (flopBudget * numQueries) / productFlops(problem));
  const scores = requireArray(outputs, 'scores');
  const matched = keepsMatches(problem) ? requireArray(outputs, 'bestTokens') : undefined;
  const data = { query: requireArray(inputs, 'query'), document: requireArray(inputs, 'document') };
  const { expected, matches } = scoresOf(problem, data, queries, matched);
  const forward = compare(
    [
      ...apart('scores', pickRows(scores, numDocuments, queries), expected, numDocuments),
      { output: 'bestTokens', ...matches },
    ],
    SCORE_BOUND,
    coverage(queries.length, numQueries),
  );
  if (loss === undefined) return forward;
  const { loss: value, weights, logitScaleGrad } = lateLoss(problem, scores);
  const byTokens = matched && lateGradients(problem, data, weights, matched);
  const pair = (name: string, of: ArrayLike<number>): Comparison[] =>
    apart(name, requireArray(outputs, name), of, embedDim);
  return worse(
    forward,
    compare(
      [
        ...pair('loss', [value]),
        ...(byTokens && gradients.includes('query') ? pair('queryGrad', byTokens.query) : []),
        ...(byTokens && gradients.includes('document') ? pair('documentGrad', byTokens.document) : []),
        ...(gradients.includes('logitScale') ? pair('logitScaleGrad', [logitScaleGrad]) : []),
      ],
      GRADIENT_BOUND,
      forward.coverage,
    ),
  );
}

/** Scores of some queries, and where a token was chosen, its dot product beside that of the token it should be. */
function scoresOf(
  problem: LateProblem,
  data: Readonly<Record<'query' | 'document', Arrays[string]>>,
  queries: readonly number[],
  matched: Arrays[string] | undefined,
) {
  const { numDocuments, queryTokens } = problem;
  const lengths = lengthsOf(problem);
  const expected: number[] = [];
  const [actual, best]: [number[], number[]] = [[], []];
  for (const query of queries) {
    for (let n = 0; n < numDocuments; n++) {
      let score = 0;
      for (let token = 0; token < (lengths[query] ?? 0); token++) {
        const row = query * queryTokens + token;
        const dots = dotsOf(problem, lengths, data, row, n);
        const match = bestOf(dots);
        score += match.best;
        if (matched === undefined || match.token === -1) continue;
        const chosen = matched[n * numRows(problem) + row] ?? -1;
        const dot = dots[chosen] ?? Infinity;
        // Equal to the last bit, an earlier token had to be chosen.
        const late = Number.isNaN(match.best) ? chosen !== match.token : dots.indexOf(dot) !== chosen;
        actual.push(late ? Infinity : Number.isNaN(dot) ? 0 : dot);
        best.push(Number.isNaN(match.best) ? 0 : match.best);
      }
      expected.push(score);
    }
  }
  return { expected, matches: { actual, expected: best } };
}

/** Values, and where they are no numbers: a comparison refuses NaN, which a result may hold. */
function apart(
  output: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  width: number,
): Comparison[] {
  const numbers = (values: ArrayLike<number>) =>
    Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
  const missing = (values: ArrayLike<number>) => Array.from(values, (value) => Number(Number.isNaN(value)));
  return [
    { output, width, actual: numbers(actual), expected: numbers(expected) },
    { output: `${output}: NaN`, width, actual: missing(actual), expected: missing(expected) },
  ];
}
