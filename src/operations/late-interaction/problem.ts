import { isInteger, requireCount, requireFinite, requireOneOf } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { lossOf } from '../contrastive/losses/index.ts';

/** The losses of the contrastive family that are taken of scores whose positives are on the diagonal. */
export const LATE_LOSSES = ['info-nce', 'clip'] as const;
export type LateLoss = (typeof LATE_LOSSES)[number];

export const LATE_GRADIENTS = ['query', 'document', 'logitScale'] as const;
export type LateGradient = (typeof LATE_GRADIENTS)[number];

/** Scores of queries and documents that are made of tokens: the sum, over query tokens, of the largest dot product. */
export interface LateProblem {
  readonly numQueries: number;
  readonly numDocuments: number;
  /** Tokens of a query, padding included. */
  readonly queryTokens: number;
  readonly documentTokens: number;
  readonly embedDim: number;
  /** Tokens of each query that count. Absent: all. */
  readonly queryLengths?: readonly number[];
  readonly documentLengths?: readonly number[];
  /** The loss of the scores. Absent: scores alone. */
  readonly loss?: LateLoss | undefined;
  readonly logitScale: number;
  /** Gradients of the loss. */
  readonly gradients: readonly LateGradient[];
}

/**
 * Fills in defaults (16 queries of 32 tokens, as many documents of 128, 128 elements, scores alone) and checks.
 * @throws ShapeError naming the field, UnsupportedError
 */
export function lateProblem(partial: Partial<LateProblem>): LateProblem {
  const { numQueries = 16, queryTokens = 32, documentTokens = 128, embedDim = 128 } = partial;
  const { numDocuments = numQueries, loss, logitScale = 1, gradients = [] } = partial;
  const { queryLengths, documentLengths } = partial;
  const extents = { numQueries, numDocuments, queryTokens, documentTokens, embedDim };
  for (const [name, count] of Object.entries(extents)) requireCount(name, count);
  if (queryLengths) requireLengths('queryLengths', queryLengths, numQueries, queryTokens);
  if (documentLengths) requireLengths('documentLengths', documentLengths, numDocuments, documentTokens);
  requireFinite('logitScale', logitScale);
  if (logitScale <= 0) throw new ShapeError('logitScale', 'a number above 0', String(logitScale));
  for (const gradient of gradients) requireOneOf('gradients', gradient, LATE_GRADIENTS);
  const problem: LateProblem = {
    ...extents,
    ...(queryLengths && { queryLengths }),
    ...(documentLengths && { documentLengths }),
    ...(loss !== undefined && { loss }),
    logitScale,
    gradients: LATE_GRADIENTS.filter((gradient) => gradients.includes(gradient)),
  };
  requireLoss(problem);
  return problem;
}

/** @throws UnsupportedError, ShapeError where a loss cannot be taken, or gradients have none */
function requireLoss({ loss, gradients, numQueries, numDocuments, documentLengths }: LateProblem): void {
  if (loss === undefined) {
    if (gradients.length === 0) return;
    throw new UnsupportedError("gradients are those of a loss: name one, 'info-nce' or 'clip'", 'gradients');
  }
  requireOneOf('loss', loss, LATE_LOSSES);
  const fits = isSymmetric(loss) ? numDocuments === numQueries : numDocuments >= numQueries;
  if (!fits) {
    const needed = isSymmetric(loss) ? 'as many' : 'at least as many';
    throw new ShapeError(
      'document.shape',
      `${needed} documents as queries, ${numQueries}`,
      `${numDocuments}`,
    );
  }
  const empty = documentLengths?.findIndex((length, at) => at < numQueries && length === 0) ?? -1;
  if (empty === -1) return;
  throw new ShapeError(
    'documentLengths',
    'a token at least in every document that a query belongs to',
    `none in document ${empty}`,
  );
}

function requireLengths(name: string, lengths: readonly number[], count: number, most: number): void {
  if (lengths.length !== count) throw new ShapeError(name, `${count} lengths`, `${lengths.length}`);
  const wrong = lengths.find((length) => !isInteger(length, 0, most));
  if (wrong !== undefined) throw new ShapeError(name, `whole numbers from 0 to ${most}`, String(wrong));
}

/** Whether documents have losses, too. */
export const isSymmetric = (loss: LateLoss): boolean => lossOf(loss).symmetric;

/** Whether the gradients need to know which tokens were nearest. */
export const keepsMatches = ({ gradients }: LateProblem): boolean =>
  gradients.includes('query') || gradients.includes('document');

/** Query tokens of all queries, padding included. */
export const numRows = ({ numQueries, queryTokens }: LateProblem): number => numQueries * queryTokens;

/** Tokens of each query and of each document that count, end to end, as kernels have them. */
export const lengthsOf = (problem: LateProblem): Uint32Array<ArrayBuffer> => {
  const { numQueries, numDocuments, queryTokens, documentTokens } = problem;
  const { queryLengths, documentLengths } = problem;
  return Uint32Array.from([
    ...(queryLengths ?? new Array<number>(numQueries).fill(queryTokens)),
    ...(documentLengths ?? new Array<number>(numDocuments).fill(documentTokens)),
  ]);
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** The products of tokens that count; each gradient adds one multiply-add for each element of each match. */
export function lateFlops(problem: LateProblem): number {
  const { numQueries, numDocuments, queryTokens, documentTokens, embedDim, gradients } = problem;
  const { queryLengths, documentLengths } = problem;
  const rows = queryLengths ? sumOf(queryLengths) : numQueries * queryTokens;
  const columns = documentLengths ? sumOf(documentLengths) : numDocuments * documentTokens;
  const sides = gradients.filter((gradient) => gradient !== 'logitScale').length;
  return 2 * embedDim * rows * (columns + sides * numDocuments);
}

/** Dot products of all tokens, in FLOPs. */
export const productFlops = (problem: LateProblem): number =>
  2 * numRows(problem) * problem.numDocuments * problem.documentTokens * problem.embedDim;
