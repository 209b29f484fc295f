import type { Call, Part, Ran } from '../core/operation.ts';
import type { Arrays } from '../core/variant.ts';
import { SEED } from '../measure/inputs.ts';
import { attentionBackward } from '../operations/attention-backward/operation.ts';
import type { AttentionBackwardProblem } from '../operations/attention-backward/problem.ts';
import { attention } from '../operations/attention/operation.ts';
import { sumOfRuns } from '../operations/contrastive/matryoshka.ts';
import { contrastive } from '../operations/contrastive/operation.ts';
import { arraysOfPrefix, outputsOfPrefix, prefixesOf } from '../operations/contrastive/prefixes.ts';
import type { ContrastiveProblem } from '../operations/contrastive/problem.ts';
import { knownProblem } from '../operations/listed.ts';

/** A seeded loss, as a call of a ring: a problem for each prefix of the embeddings. @throws ShapeError, UnsupportedError */
export function seededLoss(given: object): Call<ContrastiveProblem, Ran> {
  const problem = knownProblem(contrastive, given);
  const inputs = contrastive.inputs(problem, SEED);
  const prefixes = prefixesOf(problem);
  return {
    parts: prefixes.map((prefix) => ({ problem: prefix.problem, inputs: arraysOfPrefix(inputs, prefix) })),
    result: (ran) => ({
      outputs: ran.reduce<Arrays>((all, { outputs }, index) => {
        const prefix = prefixes[index];
        return prefix === undefined ? all : { ...all, ...outputsOfPrefix(outputs, prefix) };
      }, {}),
      run: sumOfRuns(ran.map(({ run }) => run)),
    }),
  };
}

/** Seeded attention, or its gradients, as a call of a ring. @throws ShapeError, UnsupportedError */
export function seededAttention(given: object, backward: boolean): Call<AttentionBackwardProblem, Ran> {
  const operation = backward ? attentionBackward : attention;
  const problem = knownProblem(operation, given);
  const part: Part<AttentionBackwardProblem> = { problem, inputs: operation.inputs(problem, SEED) };
  return {
    parts: [part],
    result([ran]) {
      if (ran === undefined) throw new RangeError('attention is one problem');
      return ran;
    },
  };
}
