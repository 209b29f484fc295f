import { ceilDiv, floatBuffer, read, readWrite, u32, type Pass, type PlanBuffer } from '../../core/plan.ts';
import type { Coordinates } from './codecs/codec.ts';
import { groupsOf, rowsPerGroup, type CacheProblem } from './problem.ts';
import { rowCount } from './reference.ts';

const WORKGROUP_SIZE = 64;

/** Rows that are taken into a basis, or back from it. */
export interface Projection {
  readonly basis: Coordinates;
  /** Elements of a row, outside of the basis. */
  readonly width: number;
  /** The plan's buffer of the basis, if there is one. */
  readonly matrix: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly back: boolean;
  /** How often all rows come one after another: once, or once in every state. */
  readonly states: number;
  /** The state in `to` that the first rows become. */
  readonly firstState: number;
}

/** Takes rows of all query heads into a basis, or with `back` out of it. */
export function projectPass(problem: CacheProblem, projection: Projection): Pass {
  const { basis, width, matrix, from, to, back, states, firstState } = projection;
  const { modules, constants } = basis.reader(width);
  const coordinates = basis.widthOf(width);
  const [inputs, outputs] = back ? [coordinates, width] : [width, coordinates];
  const rows = states * rowCount(problem);
  return {
    label: back ? 'back from the basis' : 'into the basis',
    shader: 'cache/project',
    conditions: { BACK: back },
    modules,
    constants: { ...constants, DEPTH: inputs, WIDTH: outputs, WORKGROUP_SIZE },
    uniforms: [
      u32('num_groups', groupsOf(problem)),
      u32('rows_per_group', rowsPerGroup(problem)),
      u32('num_rows', rows),
      u32('first_row', firstState * rowCount(problem)),
    ],
    bindings: [
      ...read({ input: from }, ...(matrix === undefined ? [] : [{ basis: matrix }])),
      ...readWrite({ output: to }),
    ],
    workgroups: ceilDiv(rows * outputs, WORKGROUP_SIZE),
    flops: 2 * rows * inputs * outputs,
  };
}

/** A buffer for rows of all query heads in every state. */
export const rowsBuffer = (problem: CacheProblem, name: string, states: number, width: number): PlanBuffer =>
  floatBuffer('workspace', name, states * rowCount(problem) * width);
