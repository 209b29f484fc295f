import { describe, expect, test } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/problem.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { deviceProfile } from '../support/device-profile.ts';

/** WebGPU's least device, a desktop GPU, a CPU. */
const DEVICES = {
  least: deviceProfile(16384, 32),
  desktop: deviceProfile(32768, 32),
  cpu: deviceProfile(32768, 4),
  'cpu with subgroups': deviceProfile(32768, 4, ['subgroups']),
};

describe('default parameters run on every device', () => {
  for (const [name, profile] of Object.entries(DEVICES)) {
    test(`attention, ${name}`, () => {
      for (const headDim of [1, 64, 128, 192, 256]) {
        const problem = attentionProblem({ seqLenQ: 100, headDim });
        for (const variant of attention.variants) {
          expect(variant.supports(problem, variant.defaults(problem, profile), profile)).toBe(true);
        }
      }
    });

    test(`contrastive, ${name}`, () => {
      for (const embedDim of [1, 256, 2048]) {
        const problem = contrastiveProblem({ numRows: 5000, embedDim });
        for (const variant of contrastive.variants) {
          expect(variant.supports(problem, variant.defaults(problem, profile), profile)).toBe(true);
        }
      }
    });
  }
});
