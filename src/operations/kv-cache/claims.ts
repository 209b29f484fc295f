import { methodOf } from './methods/index.ts';
import type { CacheStudy, CacheStudyRow, StudiedMethod } from './study.ts';

/** A figure of a paper's abstract that a study can be held against. */
export interface CacheClaim {
  /** The method as the figure means it. */
  readonly method: Required<Pick<StudiedMethod, 'id' | 'params'>>;
  readonly published: string;
  /** The respects in which the published figure and the measured ones are not the same. */
  readonly differs: string;
}

/** Published memory and speed, and which of it a bench of one layer's cache can test. */
export const CACHE_CLAIMS: readonly CacheClaim[] = [
  {
    method: { id: 'kivi-2', params: {} },
    published: '2 bits: 2.6 × less peak memory, 2.35 to 3.47 × the throughput, almost the same quality',
    differs:
      'Peak memory has the weights of the model in it; here the cache stands alone. Throughput is that of whole models with larger batches, on GPUs.',
  },
  {
    method: { id: 'rotate-2', params: {} },
    published: '2 bits after rotation: 3.97 × less peak memory, decoding 2.32 × as fast',
    differs:
      'The paper rotates before the positions, over several heads, reorders channels and leaves sinks alone; here each head is rotated as it is cached. Memory is that of a model.',
  },
  {
    method: { id: 'turbo-4', params: {} },
    published: '3.5 bits a channel: no loss of quality',
    differs:
      'Here are 4 bits, without the second stage, which corrects the bias of scores with one bit more.',
  },
  {
    method: { id: 'cq', params: { coupled: 8 } },
    published: '1 bit a channel: quality is kept reasonably well',
    differs:
      'The paper learns its codebooks on calibration data and weights them by gradients; here they are fitted to the cache itself, and counted as part of it.',
  },
  {
    method: { id: 'eigen', params: {} },
    published: 'cache up to 40 % smaller, attention in up to 60 % less time',
    differs:
      'The paper fits its directions to calibration data and chooses their number by layer; here it is one number, and seeded keys are not of low rank. Elements that are kept are f32 here, twice the bytes of f16.',
  },
  {
    method: { id: 'think', params: {} },
    published: 'cache more than 20 % smaller than with eviction or quantisation alone',
    differs:
      'The paper thins keys that an eviction has left; here all keys are left. Elements that are kept are f32 here, twice the bytes of f16.',
  },
  {
    method: { id: 'gear', params: {} },
    published: '4 bits, near lossless: 2.29 × less peak memory, up to 2.38 × the throughput',
    differs: 'Memory and throughput are those of a model. The paper shares scales of keys by channel.',
  },
  {
    method: { id: 'h2o', params: { budget: 0.2 } },
    published:
      '20 % heavy hitters: the same quality, up to 29 × the throughput of two systems that offload, 3 × that of a third',
    differs:
      'The throughput is won over systems that move caches to the CPU. Here attention of one layer is timed, and keys are evicted at once, not step by step. Elements that are kept are f32 here, twice the bytes of f16.',
  },
  {
    method: { id: 'snapkv', params: { budget: 1024 } },
    published: '16,384 tokens: 8.2 × the memory efficiency, 3.6 × the speed of generation',
    differs:
      'Memory and speed are those of a model on a GPU; 1,024 keys are one of the paper’s budgets. Elements that are kept are f32 here, twice the bytes of f16.',
  },
  {
    method: { id: 'dmc', params: { budget: 0.25 } },
    published: 'caches 4 × smaller with the same quality on tasks, up to 7 × the throughput',
    differs:
      'The paper trains the model to decide what is merged, layer by layer and head by head; here neighbouring keys that are alike are merged, in a model that knows nothing of it. Throughput is that of whole models with larger batches, on a GPU. Elements that are kept are f32 here, twice the bytes of f16.',
  },
  {
    method: { id: 'quest', params: { budget: 2048 } },
    published: 'self-attention up to 7.03 × as fast (2.23 × in one version of the abstract)',
    differs:
      'The published time has the choice of pages in it, at 32,768 tokens on a GPU; here it is attention alone. Elements that are kept are f32 here, twice the bytes of f16.',
  },
];

/** A claim, with what a study has measured. */
export interface ClaimBeside extends CacheClaim {
  readonly label: string;
  readonly measured: string;
}

/** The claims about methods of a study, each with the figures of the row that has the claim's parameters. */
export const claimsBeside = ({ rows, run }: CacheStudy): ClaimBeside[] =>
  CACHE_CLAIMS.flatMap((claim) => {
    const row = rows.find((one) => isAbout(claim, one));
    return row === undefined ? [] : [{ ...claim, label: row.label, measured: measuredWords(row, run) }];
  });

/** A claim is about rows with its parameters, those that it leaves out as the method has them to begin with. */
function isAbout({ method }: CacheClaim, row: CacheStudyRow): boolean {
  if (row.id !== method.id || row.hasOtherFormats) return false;
  return methodOf(method.id).params.every(({ name, initial }) => {
    const expected = method.params[name] ?? initial;
    return row.params[name] === expected || name === 'seed';
  });
}

/** Bytes against a cache in f16, which papers count from, time against f32, and what is lost. */
function measuredWords(row: CacheStudyRow, { exact }: CacheStudy['run']): string {
  const bytes = `f16 takes ${(exact.bytesPerToken / 2 / row.bytesPerToken).toFixed(2)} × its bytes`;
  const time =
    row.timeOverExact === null ? 'no time' : `${(1 / row.timeOverExact).toFixed(2)} × as fast as f32`;
  return `${bytes}; ${time}; KL ${row.kl.toPrecision(2)}, same top key ${(100 * row.sameTop).toFixed(0)} %`;
}
