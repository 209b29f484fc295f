import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { requireArray } from '../../src/core/checks.ts';
import type { Arrays } from '../../src/core/variant.ts';
import type { Work } from './peer.ts';

/** A case that every library is measured on. It is plain data, because it is sent to the page. */
export interface PeerCase {
  readonly kind: CaseKind;
  /** The number of keys, or of rows. */
  readonly size: number;
}

export const CASE_KINDS = ['dense', 'causal', 'decode', 'contrastive'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

type Sizes = Readonly<Record<CaseKind, readonly number[]>>;

const USUAL: Sizes = { dense: [1024], causal: [1024], decode: [4096], contrastive: [512, 1024] };
const QUICK: Sizes = { dense: [128], causal: [128], decode: [512], contrastive: [128] };

/** The cases of each kind. @param sizes replace the usual sizes of every kind */
export function peerCases(kinds: readonly CaseKind[], quick: boolean, sizes?: readonly number[]): PeerCase[] {
  const usual = quick ? QUICK : USUAL;
  return kinds.flatMap((kind) => (sizes ?? usual[kind]).map((size) => ({ kind, size })));
}

/** The seed of the inputs, which are the same in every run. */
const SEED = 1;

const HEADS = { numHeads: 8, headDim: 64 } as const;

/** A case's problem and inputs. Shapes are usual ones: 8 heads of 64; one query, 32 heads on 8 of 128; embedDim 256. */
export function workOf({ kind, size }: PeerCase): Work {
  switch (kind) {
    case 'dense':
      return attentionWork({ ...HEADS, seqLenQ: size });
    case 'causal':
      return attentionWork({ ...HEADS, seqLenQ: size, causal: 'bottom-right' });
    case 'decode':
      return attentionWork({ numHeads: 32, numKVHeads: 8, headDim: 128, seqLenQ: 1, seqLenKV: size });
    case 'contrastive': {
      const problem = contrastiveProblem({ numRows: size, embedDim: 256 });
      return {
        operation: 'contrastive',
        problem,
        inputs: floats(contrastive.inputs(problem, SEED), 'x', 'y'),
      };
    }
  }
}

function attentionWork(partial: Partial<AttentionProblem>): Work {
  const problem = attentionProblem(partial);
  const inputs = floats(attention.inputs(problem, SEED), 'query', 'key', 'value');
  return { operation: 'attention', problem, inputs };
}

/** All inputs as f32, typed so that the named ones are known to be there. */
function floats<Name extends string>(inputs: Arrays, ...names: readonly Name[]) {
  const named = Object.fromEntries(names.map((name) => [name, requireArray(inputs, name)]));
  return { ...inputs, ...(named as Record<Name, Float32Array>) };
}
