import type { Range } from '../core/cut.ts';
import type { AttentionBackwardProblem } from '../operations/attention-backward/problem.ts';
import { attentionSizes } from '../operations/attention/problem.ts';
import { kvHeadsOf } from '../operations/attention/sharded/place.ts';
import { prefixesOf } from '../operations/contrastive/prefixes.ts';
import { numOwnCols, type ContrastiveProblem } from '../operations/contrastive/problem.ts';
import type { Schedule } from './attention/task.ts';
import { roundsOf } from './rounds.ts';
import { shardsOf } from './shards.ts';

const BYTES = 4;

/** The operations that ranks can share. */
export const RING_OPERATIONS = ['contrastive', 'attention', 'attention-backward'] as const;
export type RingOperation = (typeof RING_OPERATIONS)[number];

/** The variant of one device whose kernels ranks run. */
export const RING_VARIANTS: Readonly<Record<RingOperation, string>> = {
  contrastive: 'tiled',
  attention: 'flash',
  'attention-backward': 'flash',
};

/** Limits and bytes of a problem that ranks share, from arithmetic alone. */
export interface RingTheory {
  /** The most ranks that can share it. */
  readonly mostRanks: number;
  /** Bytes of a rank's share of all that is given and found. */
  readonly shareBytes: (ranks: number) => number;
  /** Bytes that a rank sends: the mean over the ranks. */
  readonly sentBytes: (ranks: number) => number;
}

/** @param problem of the operation, with its defaults filled in */
export function ringTheory(operation: RingOperation, schedule: Schedule, problem: object): RingTheory {
  if (operation === 'contrastive') {
    const loss = problem as ContrastiveProblem;
    return {
      mostRanks: Math.min(loss.numRows, loss.numCols),
      shareBytes: (ranks) => lossShare(loss, ranks),
      sentBytes: (ranks) => lossBytes(loss, ranks),
    };
  }
  const backward = operation === 'attention-backward';
  const shared = problem as AttentionBackwardProblem;
  const { seqLenQ, seqLenKV, numHeads } = shared;
  return {
    mostRanks: Math.min(seqLenQ, seqLenKV, schedule === 'ring' ? Infinity : numHeads),
    shareBytes: (ranks) => attentionShare(shared, ranks, backward),
    sentBytes: (ranks) => attentionBytes(shared, ranks, schedule, backward),
  };
}

/** Where nothing else is said: heads for the ranks to share, and work that they have to balance. */
const CAUSAL_HEADS = { numHeads: 8, headDim: 32, causal: 'bottom-right' } as const;
export const USUAL_SHARED: Readonly<Record<RingOperation, Readonly<Record<string, string | number>>>> = {
  contrastive: {},
  attention: CAUSAL_HEADS,
  'attention-backward': CAUSAL_HEADS,
};

/** Bytes that each of some ranks sends for attention or, backward, its gradients: the mean over the ranks. */
function attentionBytes(
  problem: AttentionBackwardProblem,
  ranks: number,
  schedule: Schedule,
  backward: boolean,
): number {
  const { query, key, value, output, lse } = attentionSizes(problem);
  if (schedule === 'ring') {
    // Keys and values go round once; for gradients twice, and then their gradients; where scores have two terms, once more.
    const rounds = backward ? (problem.scorePrecision === 'two-term' ? 4 : 3) : 1;
    return (BYTES * rounds * (key + value) * (ranks - 1)) / ranks;
  }
  const { numHeads, numKVHeads, seqLenQ, seqLenKV } = problem;
  const heads = shardsOf(numHeads, ranks, 'query', 'heads');
  const kvHeads = heads.map((own) => kvHeadsOf(problem, own));
  const rowShare = sharedBetween(shardsOf(seqLenQ, ranks, 'query'), heads) / (seqLenQ * numHeads);
  const keyShare = sharedBetween(shardsOf(seqLenKV, ranks, 'key'), kvHeads) / (seqLenKV * numKVHeads);
  // Query and output with its lse; or query, its gradient and that of the output.
  const rows = backward ? 2 * query + output + (problem.lseGrad === true ? lse : 0) : query + output + lse;
  return (BYTES * (rowShare * rows + keyShare * (backward ? 2 : 1) * (key + value))) / ranks;
}

/** Pairs of a token and a head that are at home with different ranks. */
const sharedBetween = (tokens: readonly Range[], heads: readonly Range[]): number =>
  tokens.reduce(
    (sum, own, rank) =>
      sum + heads.reduce((away, { count }, other) => away + (other === rank ? 0 : own.count * count), 0),
    0,
  );

/** Bytes of a rank's share of all tensors that are given and found. */
function attentionShare(problem: AttentionBackwardProblem, ranks: number, backward: boolean): number {
  const { query, key, value, output, lse } = attentionSizes(problem);
  const [rows, keys] = backward
    ? [2 * query + output, 2 * (key + value)]
    : [query + output + lse, key + value];
  return (BYTES * (rows + keys)) / ranks;
}

/** Bytes that each of some ranks sends for a loss: y in every round, and its gradient in one. The mean over the ranks. */
function lossBytes(problem: ContrastiveProblem, ranks: number): number {
  const { numRows, numCols, oneTensor, gradients } = problem;
  const rows = shardsOf(numRows, ranks, 'x');
  const cols = oneTensor === true ? rows : shardsOf(numCols, ranks, 'y');
  return prefixesOf(problem).reduce((sum, { problem: prefix }) => {
    const travelling =
      roundsOf(prefix, rows, cols) * numCols + (gradients.includes('y') ? numOwnCols(prefix) : 0);
    return sum + (BYTES * travelling * prefix.embedDim * (ranks - 1)) / ranks;
  }, 0);
}

/** Bytes of a rank's rows of all embeddings, and of their gradients. */
function lossShare(problem: ContrastiveProblem, ranks: number): number {
  const { numRows, numCols, embedDim, oneTensor, gradients, rowNegatives = 0 } = problem;
  const ofX = numRows * (1 + rowNegatives + (gradients.includes('x') ? 1 : 0));
  const ofY = (oneTensor === true ? 0 : numCols) + (gradients.includes('y') ? numOwnCols(problem) : 0);
  return (BYTES * embedDim * (ofX + ofY)) / ranks;
}
