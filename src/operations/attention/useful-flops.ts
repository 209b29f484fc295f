import { uniformStream } from '../../core/random.ts';
import { twinOf } from './presets/preset.ts';
import { presetList } from './presets/index.ts';
import type { AttentionProblem } from './problem.ts';
import { attentionFlops, visibleKeys } from './visibility.ts';

/** Pairs that are looked at to tell how many a modifier hides: its share is then known to 1 % or better. */
const SAMPLES = 2 ** 14;

/**
 * Useful FLOPs of the forward. Pairs that a preset's mask hides are not counted, by a seeded sample of those that bands
 * and lengths leave. Pairs that a mask tensor or somebody's own WGSL hides are counted: nothing here knows them.
 */
export const usefulFlops = (problem: AttentionProblem): number =>
  attentionFlops(problem) * shownShare(problem);

/** Useful FLOPs of the backward: five products where the forward has two. */
export const usefulBackwardFlops = (problem: AttentionProblem): number => 2.5 * usefulFlops(problem);

function shownShare(problem: AttentionProblem): number {
  const { maskMod, batch, numHeads, seqLenQ } = problem;
  const shows = maskMod === undefined ? undefined : twinOf(presetList, 'maskMod', maskMod);
  if (shows === undefined) return 1;
  const uniform = uniformStream(1);
  const below = (count: number) => Math.floor(count * uniform());
  let [seen, shown] = [0, 0];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const [entry, head, query] = [below(batch), below(numHeads), below(seqLenQ)];
    const { first, end } = visibleKeys(problem, query, entry);
    // One key stands for all that its row sees.
    const width = end - first;
    seen += width;
    if (width > 0 && shows(entry, head, query, first + below(width))) shown += width;
  }
  return seen === 0 ? 1 : shown / seen;
}
