import { bestKeys, isUneven, kept, SPREAD } from './budget.ts';
import type { CodeBuffer, Encoded } from './codecs/codec.ts';
import type { CacheData } from './data.ts';
import type { KeyList } from './key-list.ts';
import type { CacheMethod, CacheParam } from './method.ts';
import { budget } from './methods/params.ts';
import { mergeRuns } from './merged.ts';
import { EXACT, formed } from './part.ts';
import { groupsOf, type CacheProblem } from './problem.ts';
import { seenAtOnce, type Seen } from './seen.ts';
import { evictStepwise } from './stepwise.ts';

/** The particulars of a method that keeps the keys with the largest scores. */
export interface Scored extends Pick<CacheMethod, 'id' | 'title' | 'idea' | 'formula' | 'source'> {
  readonly params?: CacheMethod['params'];
  /** A score for each key of each key/value head, in float64. Of equal ones, the first is kept. */
  readonly scores: (problem: CacheProblem, data: CacheData, seen: Seen) => Float64Array;
  /** Scores change with what is seen, so that evicting step by step is another thing than at once. */
  readonly evicts?: true;
  /** Keys that are not kept are merged into the next one that is: the weight of each key in the mean, [groups, seqLenKV]. */
  readonly merges?: (problem: CacheProblem, data: CacheData, seen: Seen) => Float64Array;
  /** All keys stay in memory, and each step picks some: the buffers that it picks them by. */
  readonly picks?: {
    readonly buffers: (problem: CacheProblem) => readonly CodeBuffer[];
    readonly contents: (problem: CacheProblem, data: CacheData) => Encoded;
  };
}

const every: CacheParam = {
  name: 'every',
  about:
    'steps of decoding after which keys are evicted, by what the queries so far attended to; 0: once, after the last',
  initial: 0,
  least: 0,
  whole: true,
};

/** A method that keeps the keys with the largest scores, with their positions: all others are forgotten, merged, or not read. */
export function selection({ scores, params = [], evicts, picks, merges, ...own }: Scored): CacheMethod {
  return {
    ...own,
    kind: 'selection',
    params: [budget, ...params, ...(evicts === true ? [every] : []), ...SPREAD],
    supports({ causal, params: { layers = 1, layer = 0, every: steps = 0 } }) {
      if (layer >= layers) return `layer must be below layers ${layers}, not ${layer}`;
      return (
        steps === 0 || causal || 'keys are evicted step by step where attention is causal: every must be 0'
      );
    },
    parts(problem, given = {}) {
      const count = kept(problem.seqLenKV, problem.params);
      const more = {
        listed: true as const,
        ...(isUneven(problem) && { uneven: true as const }),
        ...(picks && { stored: problem.seqLenKV, beside: picks.buffers(problem) }),
      };
      const parts = formed(count, { ...EXACT, ...given }, more);
      if (merges === undefined) return parts;
      const beside = [{ name: 'gathered', dtype: 'f32', count: groupsOf(problem) }] as const;
      return parts.map((part, at) => (at === parts.length - 1 ? { ...part, beside } : part));
    },
    choose(problem, data): KeyList {
      const steps = problem.params['every'] ?? 0;
      const seen = seenAtOnce(problem, data);
      const list =
        steps > 0
          ? evictStepwise(problem, data, steps, (soFar) => scores(problem, data, soFar))
          : bestKeys(problem, scores(problem, data, seen));
      if (merges !== undefined) {
        const merged = mergeRuns(problem, data, list, merges(problem, data, seen));
        return { ...list, merged, beside: { gathered: merged.gathered } };
      }
      return { ...list, ...(picks && { beside: picks.contents(problem, data) }) };
    },
  };
}

/** Scores in which the last keys so far, as many as the parameter `recent` says, are the best. */
export function keepRecent(
  { seqLenKV, params: { recent = 0 } }: CacheProblem,
  scores: Float64Array,
  { end }: Seen,
): Float64Array {
  return scores.map((score, at) => (at % seqLenKV >= end - recent ? Infinity : score));
}
