import type { Cut, Range } from '../../core/cut.ts';
import type { ShaderSources } from '../../core/plan.ts';
import type { Arrays, Params } from '../../core/variant.ts';
import type { AttentionBackwardProblem } from '../../operations/attention-backward/problem.ts';
import { cutsAt, type Place, type RankTensors } from '../../operations/attention/sharded/place.ts';
import type { RankFigures } from '../steps.ts';

/** How ranks share attention: keys and values go round, or heads change places with rows. */
export type Schedule = 'ring' | 'all-to-all';

/** The work of one rank, as the ring hands it out: plain data. */
export interface AttentionTask {
  readonly schedule: Schedule;
  /** The whole problem, in f32. */
  readonly problem: AttentionBackwardProblem;
  /** Whether gradients are wanted, instead of output and lse. */
  readonly backward: boolean;
  readonly params: Params;
  readonly rank: number;
  /** The pieces of the queries and of the keys that each rank is the home of. */
  readonly queries: readonly (readonly Range[])[];
  readonly keys: readonly (readonly Range[])[];
  /** The heads of each rank, where heads change places. */
  readonly heads: readonly Range[];
  /** Tensors of each piece of the rank's queries. */
  readonly rowTensors: readonly RankTensors[];
  /** Key and value of each piece of its keys. */
  readonly keyTensors: readonly RankTensors[];
  /** Numbers of single heads; where heads change places, those of the rank's heads, and their biases and masks. */
  readonly headTensors: RankTensors;
  /** WESL texts in place of shipped ones. */
  readonly sources?: ShaderSources;
}

/** A part of an output of the whole problem, to be added at its place. */
export interface OutputPart {
  readonly name: string;
  readonly cuts: readonly Cut[];
  readonly data: Float32Array;
}

/** The results of a rank. */
export interface AttentionOutputs extends RankFigures {
  readonly parts: readonly OutputPart[];
}

/** Outputs as parts of those of the whole problem. */
export const partsOf = (outputs: Arrays, place: Place): OutputPart[] =>
  Object.entries(outputs).flatMap(([name, data]) =>
    data instanceof Float32Array ? [{ name, cuts: cutsAt(name, place), data }] : [],
  );
