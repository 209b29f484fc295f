import type { Bench, Scale } from '../../core/operation.ts';
import { DECODING } from '../attention/cases.ts';
import type { SharedPrefixProblem } from './problem.ts';

/** Entries of a batch that decode after a shared prefix, the keys of the prefix and each entry's own. */
type Sizes = readonly [batch: number, prefixLen: number, own: number];

const SIZES: Readonly<Record<Scale['device'], { readonly full: Sizes; readonly quick: Sizes }>> = {
  cpu: { full: [16, 1024, 64], quick: [8, 256, 32] },
  gpu: { full: [64, 4096, 256], quick: [32, 1024, 128] },
};

export const sharedPrefixBench: Bench<SharedPrefixProblem> = {
  sized: (size) => ({ ...DECODING, batch: 16, seqLenKV: size }),
  cases({ device, quick }) {
    const [batch, prefixLen, own] = SIZES[device][quick ? 'quick' : 'full'];
    return [{ problem: { ...DECODING, batch, prefixLen, seqLenKV: prefixLen + own }, takesOptions: true }];
  },
};
