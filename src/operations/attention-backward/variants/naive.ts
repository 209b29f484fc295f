import type { Variant } from '../../../core/variant.ts';
import { ceilDiv, floatBuffer, read, readWrite, type Pass, type Plan } from '../../../core/plan.ts';
import { elementwiseReads, moved } from '../../../core/traffic.ts';
import { statsBytes } from '../../attention/passes/buffers.ts';
import { attentionPass } from '../../attention/passes/pass.ts';
import {
  gradientsIn,
  operandsOf,
  rotatedBuffers,
  rotatedGradients,
  rotatePasses,
  turnBackPasses,
} from '../../attention/passes/rotate.ts';
import { restBindings, restBuffers } from '../../attention/passes/second-terms.ts';
import { isBent } from '../../attention/options/score-steps.ts';
import { attentionSizes, groupSize } from '../../attention/problem.ts';
import { attentionFlops, visiblePairs } from '../../attention/visibility.ts';
import { attentionBackwardOptions } from '../options.ts';
import { backwardBuffers } from '../passes/buffers.ts';
import { sumSizes, type AttentionBackwardProblem } from '../problem.ts';
import { sinksPass, sinkTerms } from '../passes/sums.ts';

const WORKGROUP_SIZE = 64;

/** Gradients of rotated rows. */
const GRADIENTS = { query: 'rotatedQueryGrad', key: 'rotatedKeyGrad' } as const;

export const naive: Variant<AttentionBackwardProblem> = {
  id: 'naive',
  title: 'Naive, matrices kept',
  idea: 'Write the probabilities and their gradient to memory, and multiply them with everything.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem): Plan {
    const { lse: numRows } = attentionSizes(problem);
    const workspace = (name: string, count: number) => floatBuffer('workspace', name, count);
    return {
      buffers: [
        ...backwardBuffers(problem),
        ...rotatedBuffers(problem),
        ...rotatedGradients(problem, GRADIENTS),
        workspace('probabilities', numRows * problem.seqLenKV),
        workspace('scoreGrads', numRows * problem.seqLenKV),
        ...restBuffers(problem),
        { name: 'rowStats', role: 'workspace', bytes: statsBytes(problem) },
        workspace('deltas', numRows),
        ...(problem.sinks === true ? [workspace('sinkTerms', numRows)] : []),
      ],
      passes: [
        ...rotatePasses(problem),
        ...probabilityPasses(problem),
        ...scorePasses(problem),
        ...gradientPasses(problem),
        ...turnBackPasses(problem, GRADIENTS),
      ],
    };
  },
};

/** P, dP and delta. */
function probabilityPasses(problem: AttentionBackwardProblem): Pass[] {
  const { headDim, headDimV, seqLenKV } = problem;
  const operands = operandsOf(problem);
  const { lse: numRows } = attentionSizes(problem);
  const pairs = visiblePairs(problem);
  const { left, right } = elementwiseReads(rowsPerHead(problem), seqLenKV, WORKGROUP_SIZE);
  return [
    attentionPass(problem, {
      label: 'naive scores',
      shader: 'attention/naive_scores',
      constants: { WORKGROUP_SIZE, DEPTH: headDim },
      bindings: [
        ...moved(left, read({ left: operands.query })),
        ...moved(right, read({ right: operands.key })),
        ...readWrite({ scores: 'probabilities' }),
        ...restBindings(problem, 'read-write'),
      ],
      workgroups: ceilDiv(numRows * seqLenKV, WORKGROUP_SIZE),
      flops: 2 * pairs * headDim,
    }),
    attentionPass(problem, {
      label: 'naive softmax',
      shader: 'attention/naive_softmax',
      conditions: { KEEP_STATS: true },
      constants: { WORKGROUP_SIZE },
      bindings: [
        ...moved(2, readWrite({ scores: 'probabilities' })),
        ...readWrite('rowStats'),
        ...restBindings(problem, 'read'),
      ],
      workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
      flops: 5 * pairs,
    }),
    attentionPass(problem, {
      label: 'naive probability gradient',
      shader: 'attention/naive_backward_products',
      conditions: { LEFT_COPIED: false, RIGHT_COPIED: false },
      constants: { WORKGROUP_SIZE, DEPTH: headDimV },
      bindings: [
        ...moved(left, read({ left: 'outputGrad' })),
        ...moved(right, read({ right: 'value' })),
        ...readWrite('scoreGrads'),
      ],
      workgroups: ceilDiv(numRows * seqLenKV, WORKGROUP_SIZE),
      flops: 2 * pairs * headDimV,
    }),
    attentionPass(
      problem,
      {
        label: 'naive delta',
        shader: 'attention/naive_backward_rows',
        constants: { WORKGROUP_SIZE },
        bindings: [
          ...read('probabilities', { pulls: 'scoreGrads' }, 'rowStats'),
          ...readWrite('deltas'),
          ...sinkTerms(problem),
        ],
        workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
        flops: 2 * pairs,
      },
      attentionBackwardOptions,
    ),
  ];
}

/** Query rows that share one key/value head. */
const rowsPerHead = (problem: AttentionBackwardProblem): number => groupSize(problem) * problem.seqLenQ;

/** dS, on the way from the probabilities back to the dot products. */
function scorePasses(problem: AttentionBackwardProblem): Pass[] {
  const { headDim, seqLenKV } = problem;
  const operands = operandsOf(problem);
  const { lse: numRows } = attentionSizes(problem);
  const pairs = visiblePairs(problem);
  const { biasGrad } = sumSizes(problem);
  const workgroups = ceilDiv(numRows * seqLenKV, WORKGROUP_SIZE);
  return [
    attentionPass(problem, {
      label: 'naive score gradient',
      shader: 'attention/naive_backward_scores',
      constants: { WORKGROUP_SIZE, DEPTH: headDim },
      bindings: [
        ...(problem.scoreMod === undefined ? [] : read({ left: operands.query, right: operands.key })),
        ...moved(2, readWrite({ pulls: 'scoreGrads' })),
        ...read('probabilities', 'deltas'),
      ],
      workgroups,
      flops: 2 * pairs * (problem.scoreMod === undefined ? 1 : headDim),
    }),
    ...(biasGrad === undefined
      ? []
      : [
          attentionPass(problem, {
            label: 'naive bias gradient',
            shader: 'attention/naive_backward_bias',
            constants: { WORKGROUP_SIZE },
            bindings: [...read('scoreGrads'), ...readWrite('biasGrad')],
            workgroups: ceilDiv(biasGrad, WORKGROUP_SIZE),
            flops: 4 * pairs,
          }),
        ]),
    ...(!isBent(problem)
      ? []
      : [
          attentionPass(problem, {
            label: 'naive softcap gradient',
            shader: 'attention/naive_backward_cap',
            constants: { WORKGROUP_SIZE, DEPTH: headDim },
            bindings: [
              ...read({ left: operands.query, right: operands.key }),
              ...moved(2, readWrite('scoreGrads')),
            ],
            workgroups,
            flops: 2 * pairs * headDim,
          }),
        ]),
  ];
}

/** dQ, dK, dV and the sinks' gradient. */
function gradientPasses(problem: AttentionBackwardProblem): Pass[] {
  const { headDim, headDimV } = problem;
  const operands = operandsOf(problem);
  const gradients = gradientsIn(problem, GRADIENTS);
  const { query, key, value } = attentionSizes(problem);
  const share = attentionFlops(problem) / (headDim + headDimV);
  const ofRows = elementwiseReads(rowsPerHead(problem), headDim, WORKGROUP_SIZE);
  const ofKeys = elementwiseReads(problem.seqLenKV, headDim, WORKGROUP_SIZE);
  const ofValues = elementwiseReads(problem.seqLenKV, headDimV, WORKGROUP_SIZE);
  return [
    attentionPass(problem, {
      label: 'naive query gradient',
      shader: 'attention/naive_output',
      conditions: { SCALED: true },
      constants: { WORKGROUP_SIZE, WIDTH: headDim },
      bindings: [
        ...moved(ofRows.left, read({ probabilities: 'scoreGrads' })),
        ...moved(ofRows.right, read({ value: operands.key })),
        ...readWrite({ output: gradients.query }),
      ],
      workgroups: ceilDiv(query, WORKGROUP_SIZE),
      flops: share * headDim,
    }),
    attentionPass(problem, {
      label: 'naive key gradient',
      shader: 'attention/naive_backward_columns',
      conditions: { SCALED: true },
      constants: { WORKGROUP_SIZE, WIDTH: headDim },
      bindings: [
        ...moved(ofKeys.left, read({ weights: 'scoreGrads' })),
        ...moved(ofKeys.right, read({ rows: operands.query })),
        ...readWrite({ gradient: gradients.key }),
      ],
      workgroups: ceilDiv(key, WORKGROUP_SIZE),
      flops: share * headDim,
    }),
    attentionPass(problem, {
      label: 'naive value gradient',
      shader: 'attention/naive_backward_columns',
      constants: { WORKGROUP_SIZE, WIDTH: headDimV },
      bindings: [
        ...moved(ofValues.left, read({ weights: 'probabilities' })),
        ...moved(ofValues.right, read({ rows: 'outputGrad' })),
        ...readWrite({ gradient: 'valueGrad' }),
      ],
      workgroups: ceilDiv(value, WORKGROUP_SIZE),
      flops: share * headDimV,
    }),
    ...(problem.sinks === true ? [sinksPass(problem)] : []),
  ];
}
