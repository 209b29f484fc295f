import { reachOfQuery, visibleKeys } from '../visibility.ts';
import type { AttentionProblem } from '../problem.ts';
import { option, SCORES } from './option.ts';
import { headNumbers } from './per-head.ts';
import type { ScoreStep } from './score-step.ts';

export const alibi = option({
  name: 'alibi',
  title: 'ALiBi',
  help: 'ALiBi: scores fall with the distance between query and key, in each head by its own slope',
  flag: '--alibi',
  group: SCORES,
  control: { kind: 'switch' },
  alsoCalled: ['alibiSlopes'],
  example: 'on',
  // The slopes of the ALiBi paper for a power of two of heads: 2^(-8/n), 2^(-16/n), …
  ...headNumbers('alibi', 'alibiSlopes', (numHeads) =>
    Float32Array.from({ length: numHeads }, (_, head) => 2 ** ((-8 * (head + 1)) / numHeads)),
  ),
  condition: { name: 'ALIBI', about: 'lower scores with the distance from the diagonal' },
});

export const alibiStep: ScoreStep = {
  field: 'alibi',
  onRow(_, { alibiSlopes }, { head, diagonal }) {
    const slope = alibiSlopes?.[head] ?? NaN;
    return { score: (before, key) => before - slope * Math.abs(diagonal - key) };
  },
  bound: (before, problem, { data }) => before + alibiSize(problem, data['alibiSlopes'] ?? []),
};

/** The most that ALiBi takes from the score of the nearest key that a row sees. */
function alibiSize(problem: AttentionProblem, slopes: ArrayLike<number>): number {
  let farthest = 0;
  for (let entry = 0; entry < problem.batch; entry++) {
    for (let i = 0; i < problem.seqLenQ; i++) {
      const { first, end } = visibleKeys(problem, i, entry);
      const { diagonal } = reachOfQuery(problem, entry, i);
      if (first < end) farthest = Math.max(farthest, first - diagonal, diagonal - (end - 1));
    }
  }
  return farthest * Math.max(0, ...Array.from(slopes, Math.abs));
}
