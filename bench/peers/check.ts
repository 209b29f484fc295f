import { attentionSizes } from '../../src/operations/attention/problem.ts';
import { referenceData } from '../../src/operations/attention/data.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { compare } from '../../src/core/deviation.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';
import { coverage, pickRows, sampleRows } from '../../src/core/sample.ts';
import type { FloatArrays, Work } from './peer.ts';
import type { PeerError } from './report.ts';

/**
 * The relative L2 error above which a result counts as wrong. Sums in f32 come within 1e-5. Some libraries give up a
 * digit for speed, and that is allowed. Results that are really wrong are off by far more.
 */
const WRONG = 1e-4;

/** FLOPs that attention's reference may take: about a second. */
const REFERENCE_FLOPS = 1e9;

/** Returns a check of outputs against float64. The reference is computed once for all libraries. */
export function checker(work: Work): (outputs: FloatArrays) => PeerError {
  const { pick, expected, words } = work.operation === 'attention' ? attentionOf(work) : contrastiveOf(work);
  return (outputs) => {
    const pairs = Object.entries(expected).map(([name, reference]) => ({
      actual: pick(outputs[name] ?? new Float32Array()),
      expected: reference,
    }));
    const { maxAbs, relL2, ok } = compare(pairs, WRONG, words);
    return { maxAbs, relL2, bound: WRONG, coverage: words, ok };
  };
}

function attentionOf({ problem, inputs }: Extract<Work, { operation: 'attention' }>) {
  const { lse: total } = attentionSizes(problem);
  const { seqLenKV, headDim, headDimV } = problem;
  const rows = sampleRows(total, REFERENCE_FLOPS / (2 * seqLenKV * (headDim + headDimV)));
  const { output } = attentionReference(problem, referenceData(problem, inputs), rows);
  return {
    expected: { output },
    pick: (data: Float32Array) => pickRows(data, headDimV, rows),
    words: coverage(rows.length, total),
  };
}

function contrastiveOf({ problem, inputs }: Extract<Work, { operation: 'contrastive' }>) {
  const { loss, xGrad, yGrad, logitScaleGrad } = contrastiveReference(problem, inputs);
  return {
    expected: { loss, xGrad, yGrad, logitScaleGrad },
    pick: (data: Float32Array) => data,
    words: coverage(problem.numRows, problem.numRows),
  };
}
