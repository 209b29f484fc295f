import {
  ceilDiv,
  floatBuffer,
  read,
  readWrite,
  u32,
  type Pass,
  type PlanBuffer,
} from '../../../core/plan.ts';
import { copiesKeys } from '../options/rope.ts';
import { attentionSizes, type AttentionProblem } from '../problem.ts';
import { isRotated, positionLists, rotatedDim, type Side } from '../rotation.ts';
import { attentionPass } from './pass.ts';

const WORKGROUP_SIZE = 64;

/** The buffers of query and key, or of something that each of them has. */
export type Operands = Readonly<Record<Side, string>>;

const isCopied = (problem: AttentionProblem, side: Side): boolean =>
  side === 'query' ? problem.rope !== undefined : copiesKeys(problem);

const copied = (problem: AttentionProblem): Side[] =>
  (['query', 'key'] as const).filter((side) => isCopied(problem, side));

/** Rotated copies. */
export const COPIES: Operands = { query: 'rotatedQuery', key: 'rotatedKey' };

/** Where kernels find query and key: as they were given, or in rotated copies. */
export const operandsOf = (problem: AttentionProblem): Operands => ({
  query: isCopied(problem, 'query') ? COPIES.query : 'query',
  key: isCopied(problem, 'key') ? COPIES.key : 'key',
});

/** Rotated copies of query and key, in f32; twice as large where scores have two terms. */
export function rotatedBuffers(problem: AttentionProblem): PlanBuffer[] {
  const terms = problem.scorePrecision === 'two-term' ? 2 : 1;
  return copied(problem).map((side) =>
    floatBuffer('workspace', COPIES[side], terms * attentionSizes(problem)[side]),
  );
}

/** Rotates what is not given rotated: before all that reads `operandsOf`. */
export const rotatePasses = (problem: AttentionProblem): Pass[] =>
  copied(problem).map((side) => rotatePass(problem, side, side, COPIES[side]));

const GRADIENTS: Operands = { query: 'queryGrad', key: 'keyGrad' };

/**
 * Where kernels leave the gradients of query and key, which are those of rotated rows if these were rotated.
 * @param places buffers for the gradients of rotated rows
 */
export const gradientsIn = (problem: AttentionProblem, places: Operands): Operands => ({
  query: isCopied(problem, 'query') ? places.query : GRADIENTS.query,
  key: isCopied(problem, 'key') ? places.key : GRADIENTS.key,
});

/** Buffers of their own for the gradients of rotated rows. */
export const rotatedGradients = (problem: AttentionProblem, places: Operands): PlanBuffer[] =>
  copied(problem).map((side) => floatBuffer('workspace', places[side], attentionSizes(problem)[side]));

/** Turns the gradients of rotated rows back, into the plan's outputs. */
export const turnBackPasses = (problem: AttentionProblem, places: Operands): Pass[] =>
  copied(problem).map((side) => rotatePass(problem, side, places[side], GRADIENTS[side], true));

function rotatePass(
  problem: AttentionProblem,
  side: Side,
  given: string,
  turned: string,
  back = false,
): Pass {
  const { batch, headDim } = problem;
  const seqLen = side === 'query' ? problem.seqLenQ : problem.seqLenKV;
  const rows = attentionSizes(problem)[side] / headDim;
  const isQuery = side === 'query';
  const pairs = isRotated(problem, side) ? rotatedDim(problem) / 2 : 0;
  const lists = positionLists(problem, side);
  const queryTurns = positionLists(problem, 'query') * problem.seqLenQ * pairs;
  const units = rows * (headDim - pairs);
  return attentionPass(problem, {
    label: back ? `turn the ${side} gradient back` : `rotate ${side}`,
    shader: 'attention/rotate',
    conditions: { BACK: back },
    constants: { WORKGROUP_SIZE, DEPTH: headDim },
    uniforms: [
      u32('num_rows', rows),
      u32('seq_len', seqLen),
      u32('rows_per_entry', rows / batch),
      u32('position_lists', lists),
      u32('first_turn', isQuery ? 0 : queryTurns),
      u32('pairs', pairs),
      u32('neighbours', problem.rope?.interleaved === true ? 1 : 0),
    ],
    bindings: [...read({ given }), ...readWrite({ turned })],
    workgroups: ceilDiv(units, WORKGROUP_SIZE),
    flops: 6 * rows * pairs,
  });
}
