import { ceilDiv } from '../../../core/plan.ts';
import type { CacheData } from '../data.ts';
import { groupsOf, rowsPerGroup, type CacheProblem } from '../problem.ts';
import { selection } from '../selection.ts';

const pageOf = ({ params }: CacheProblem): number => params['page'] ?? 16;
const pagesOf = (problem: CacheProblem): number => ceilDiv(problem.seqLenKV, pageOf(problem));

export const quest = selection({
  id: 'quest',
  title: 'Quest',
  idea: 'No key is forgotten, but each step reads only pages that may matter: the smallest and largest element of each channel of a page bound what its keys can score. Pages with the largest bounds are read until the budget ends.',
  formula: 'bound of a page = Σ_c max(q_c · min_c, q_c · max_c);  the pages with the largest are read',
  source: 'Tang et al., "Quest: Query-Aware Sparsity for Efficient Long-Context LLM Inference" (2024)',
  params: [
    { name: 'page', about: 'neighbouring keys that share bounds', initial: 16, least: 1, whole: true },
    { name: 'window', about: 'last queries that are asked', initial: 64, least: 1, whole: true },
  ],
  picks: {
    buffers: (problem) => [
      {
        name: 'bounds',
        dtype: 'f32',
        count: 2 * groupsOf(problem) * pagesOf(problem) * problem.headDim,
      },
    ],
    contents: (problem, data) => ({ bounds: boundsOf(problem, data) }),
  },
  scores(problem, data) {
    const { seqLenQ, seqLenKV, headDim, softmaxScale, params } = problem;
    const bounds = boundsOf(problem, data);
    const [pages, rows] = [pagesOf(problem), rowsPerGroup(problem)];
    const scores = new Float64Array(groupsOf(problem) * seqLenKV).fill(-Infinity);
    const query = new Float64Array(headDim);
    for (let row = 0; row < groupsOf(problem) * rows; row++) {
      if (row % seqLenQ < seqLenQ - (params['window'] ?? 1)) continue;
      for (let d = 0; d < headDim; d++) query[d] = softmaxScale * (data.query[row * headDim + d] ?? NaN);
      const group = Math.floor(row / rows);
      for (let page = 0; page < pages; page++) {
        const from = (group * pages + page) * 2 * headDim;
        let most = 0;
        for (let d = 0; d < headDim; d++) {
          const element = query[d] ?? NaN;
          most += Math.max(
            element * (bounds[from + d] ?? NaN),
            element * (bounds[from + headDim + d] ?? NaN),
          );
        }
        const end = Math.min(seqLenKV, (page + 1) * pageOf(problem));
        for (let key = page * pageOf(problem); key < end; key++) {
          const at = group * seqLenKV + key;
          scores[at] = Math.max(scores[at] ?? NaN, most);
        }
      }
    }
    return scores;
  },
});

/** The smallest and the largest element of each channel in each page: [group][page][least, largest][channel]. */
function boundsOf(problem: CacheProblem, { key }: CacheData): Float32Array {
  const { seqLenKV, headDim } = problem;
  const pages = pagesOf(problem);
  const bounds = new Float32Array(2 * groupsOf(problem) * pages * headDim);
  for (let group = 0; group < groupsOf(problem); group++) {
    for (let page = 0; page < pages; page++) {
      const to = (group * pages + page) * 2 * headDim;
      bounds.fill(Infinity, to, to + headDim).fill(-Infinity, to + headDim, to + 2 * headDim);
      const end = Math.min(seqLenKV, (page + 1) * pageOf(problem));
      for (let token = page * pageOf(problem); token < end; token++) {
        for (let d = 0; d < headDim; d++) {
          const element = key[(group * seqLenKV + token) * headDim + d] ?? NaN;
          bounds[to + d] = Math.min(bounds[to + d] ?? NaN, element);
          bounds[to + headDim + d] = Math.max(bounds[to + headDim + d] ?? NaN, element);
        }
      }
    }
  }
  return bounds;
}
