import type { Corner, Corners } from '../../core/corner.ts';
import type { Arrays } from '../../core/variant.ts';
import { ODD_TILES, QUICK_TILE, VECTOR_TILES } from '../../tile/odd-tiles.ts';
import { LATE_GRADIENTS, lateProblem, lengthsOf, type LateProblem } from './problem.ts';

const SHAPE = { numQueries: 5, queryTokens: 7, documentTokens: 19, embedDim: 13 } as const;
const ALL = { ...SHAPE, loss: 'info-nce', gradients: LATE_GRADIENTS } as const;
const TILE = { ...QUICK_TILE, stageDepth: 0, quads: 0, vectorWidth: 1 };
const RAGGED = { queryLengths: [7, 1, 0, 6, 3], documentLengths: [19, 1, 8, 9, 17] } as const;

/** A corner of small tiles, with a change of all elements. */
const changed = (
  problem: Partial<LateProblem>,
  change: (element: number, at: number, name: 'query' | 'document') => number,
): Corner<LateProblem> => ({
  problem,
  params: [TILE],
  inputs(seeded: Arrays) {
    const other = (name: 'query' | 'document') =>
      Float32Array.from(seeded[name] ?? [], (element, at) => change(element, at, name));
    return { query: other('query'), document: other('document') };
  },
});

/** No numbers in all padding. */
const spoiled = (partial: Partial<LateProblem>): Corner<LateProblem> => {
  const { numQueries, queryTokens, documentTokens, embedDim } = lateProblem(partial);
  const lengths = lengthsOf(lateProblem(partial));
  return changed(partial, (element, at, name) => {
    const row = Math.floor(at / embedDim);
    const [tokens, first] = name === 'query' ? [queryTokens, 0] : [documentTokens, numQueries];
    const isPadding = row % tokens >= (lengths[first + Math.floor(row / tokens)] ?? 0);
    return isPadding ? ([NaN, Infinity, -Infinity][at % 3] ?? NaN) : element;
  });
};

/** Whole numbers from −1 to 1: many dot products are equal, and all are exact. */
const whole = (element: number): number => Math.sign(Math.round(4 * element));

export const corners: Corners<LateProblem> = {
  quick: QUICK_TILE,
  corners: {
    'one of everything': {
      problem: {
        numQueries: 1,
        queryTokens: 1,
        documentTokens: 1,
        embedDim: 1,
        loss: 'info-nce',
        gradients: ['query'],
      },
    },
    'scores alone': { problem: { ...SHAPE, numDocuments: 3 }, params: [TILE] },
    primes: { problem: { ...ALL, numDocuments: 11 }, params: [TILE] },
    clip: { problem: { ...ALL, loss: 'clip', logitScale: 3 }, params: [TILE] },
    'odd tiles': {
      problem: { ...ALL, documentTokens: 70, embedDim: 20 },
      params: [...ODD_TILES.slice(1, 2), ...VECTOR_TILES.slice(1, 2)],
    },
    'the loss alone': { problem: { ...SHAPE, loss: 'clip' }, params: [TILE] },
    'scale alone': { problem: { ...SHAPE, loss: 'clip', gradients: ['logitScale'] }, params: [TILE] },
    'ragged, no numbers in padding': spoiled({ ...ALL, ...RAGGED }),
    'ragged, clip, no numbers in padding': spoiled({ ...ALL, ...RAGGED, loss: 'clip' }),
    'documents without tokens': spoiled({
      ...{ ...ALL, numDocuments: 7, queryLengths: RAGGED.queryLengths },
      documentLengths: [...RAGGED.documentLengths, 0, 0],
    }),
    ties: changed({ ...ALL, embedDim: 3 }, whole),
    'huge scores': changed({ ...ALL }, (element) => 30 * element),
    'large scores': changed({ ...ALL, loss: 'clip', logitScale: 0.01 }, (element) => 100 * element),
    'a NaN that counts': changed({ ...ALL, numDocuments: 7 }, (element, at, name) =>
      name === 'document' && at === (6 * 19 + 4) * 13 ? NaN : element,
    ),
    'negative dot products': changed({ ...ALL }, (element, _, name) =>
      name === 'query' ? Math.abs(element) : -Math.abs(element),
    ),
  },
  large: [64, 128].map((numQueries) => ({ numQueries, documentTokens: 256 })),
  random(draw) {
    const [numQueries, queryTokens, documentTokens] = [draw.int(1, 6), draw.int(1, 9), draw.int(1, 20)];
    const extents = { numQueries, queryTokens, documentTokens, embedDim: draw.oneOf(5, 16) };
    const loss = draw.oneOf('info-nce', 'clip');
    const numDocuments = loss === 'clip' ? numQueries : numQueries + draw.int(0, 3);
    const lengths = (count: number, least: number, most: number) =>
      Array.from({ length: count }, () => draw.int(least, most));
    return [
      { ...extents, numDocuments, queryLengths: lengths(numQueries, 0, queryTokens) },
      { loss, gradients: LATE_GRADIENTS, logitScale: draw.oneOf(0.1, 1, 5) },
      { documentLengths: lengths(numDocuments, 1, documentTokens) },
    ];
  },
};
