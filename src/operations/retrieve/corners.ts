import type { Corner, Corners } from '../../core/corner.ts';
import type { Arrays } from '../../core/variant.ts';
import { ODD_TILES, QUICK_TILE, VECTOR_TILES } from '../../tile/odd-tiles.ts';
import { retrieveInputs } from './inputs.ts';
import { retrieveProblem, type RetrieveProblem } from './problem.ts';
import { STORAGES, type Storage } from './storage.ts';

/** Several parts, of several tiles each. */
const PARTS = { ...QUICK_TILE, stageDepth: 0, quads: 0, vectorWidth: 1, parts: 3 };
const SHAPE = { numQueries: 11, numDocuments: 67, embedDim: 13, k: 5 } as const;

const storages = Object.keys(STORAGES) as Storage[];

/** A corner with a change of all elements, before they are stored. */
const changed = (
  partial: Partial<RetrieveProblem>,
  change: (element: number, at: number, name: 'query' | 'document') => number,
): Corner<RetrieveProblem> => ({
  problem: partial,
  params: [PARTS],
  inputs(seeded: Arrays) {
    const other = (name: 'query' | 'document') =>
      Float32Array.from(seeded[name] ?? [], (element, at) => change(element, at, name));
    return retrieveInputs(retrieveProblem(partial), other('query'), other('document'));
  },
});

/** One corner with each storage. */
const stored = (name: string, corner: (storage: Storage) => Corner<RetrieveProblem>) =>
  Object.fromEntries(storages.map((storage) => [`${name}, ${storage}`, corner(storage)]));

/** Whole numbers from −2 to 2: many scores are equal, and all are exact. */
const whole = (element: number): number => Math.max(-2, Math.min(2, Math.round(element)));

export const corners: Corners<RetrieveProblem> = {
  quick: QUICK_TILE,
  corners: {
    'one of everything': { problem: { numQueries: 1, numDocuments: 1, embedDim: 1, k: 1 } },
    primes: { problem: { ...SHAPE, k: 7 }, params: [PARTS] },
    'odd tiles': {
      problem: { numQueries: 67, numDocuments: 150, embedDim: 20, k: 3 },
      params: [...ODD_TILES.slice(0, 2), ...VECTOR_TILES.slice(1)],
    },
    'a query, and parts with fewer documents than places': {
      problem: { numQueries: 1, numDocuments: 19, embedDim: 13, k: 13 },
      params: [PARTS],
    },
    'all documents': { problem: { ...SHAPE, k: 67 }, params: [PARTS] },
    ...stored('ties', (storage) => changed({ ...SHAPE, storage, embedDim: 3 }, whole)),
    ...stored('no numbers', (storage) =>
      changed({ ...SHAPE, storage, k: 66 }, (element, at, name) => {
        const row = Math.floor(at / SHAPE.embedDim);
        if (name === 'document' && row % 7 === 3) return [NaN, Infinity, -Infinity][at % 3] ?? NaN;
        return name === 'query' && row === 4 ? NaN : element;
      }),
    ),
    'zeros of both signs': changed({ ...SHAPE }, (element, at) => (at % 2 === 0 ? 0 : -0 * element)),
    ...stored('huge', (storage) => changed({ ...SHAPE, storage }, (element) => 1e4 * element)),
    tiny: changed({ ...SHAPE, storage: 'int8' }, (element) => 1e-12 * element),
    'signs of several words': { problem: { ...SHAPE, embedDim: 70, storage: 'binary' }, params: [PARTS] },
    'f16 by fours': {
      problem: { ...SHAPE, embedDim: 24, storage: 'f16' },
      params: VECTOR_TILES.slice(1, 2),
    },
    ...Object.fromEntries(
      storages
        .filter((storage) => storage !== 'f32')
        .map((storage) => [
          `reranked, ${storage}`,
          { problem: { ...SHAPE, storage, rerank: 20 }, params: [PARTS] },
        ]),
    ),
  },
  large: [1, 64].map((numQueries) => ({ numQueries, numDocuments: 100_000 })),
  random(draw) {
    const numDocuments = draw.int(1, 90);
    const k = draw.int(1, numDocuments);
    const storage = draw.oneOf(...storages);
    const shape = { numQueries: draw.int(1, 20), numDocuments, embedDim: draw.oneOf(5, 16), k, storage };
    return [storage === 'f32' ? shape : { ...shape, rerank: draw.int(k, numDocuments) }, shape];
  },
};
