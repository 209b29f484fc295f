import { bind } from '../core/bind.ts';
import { ShapeError, UnsupportedError } from '../core/errors.ts';
import { toHalf } from '../core/half.ts';
import { optionValues } from '../core/option-data.ts';
import type { Part, Ran } from '../core/operation.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import { describe } from '../core/tensor.ts';
import type { Arrays } from '../core/variant.ts';
import { attentionBackward } from '../operations/attention-backward/operation.ts';
import { attentionBackwardOptions } from '../operations/attention-backward/options.ts';
import type { AttentionBackwardProblem } from '../operations/attention-backward/problem.ts';
import { attention } from '../operations/attention/operation.ts';
import type { AttentionProblem } from '../operations/attention/problem.ts';
import { shapesOf, type RankTensors } from '../operations/attention/sharded/place.ts';
import { runAttention } from '../ring/attention/run.ts';
import type { Schedule } from '../ring/attention/task.ts';
import type { RankHandle } from '../ring/ring.ts';
import type { CallOptions } from './api.ts';
import { inF32, ringRun, type RingJob } from './ring-run.ts';

/** Options of a ring's attention. */
export interface RingAttentionOptions extends Omit<CallOptions, 'keep'> {
  /**
   * `'ring'`: keys and values go round, and a rank holds its own rows alone. `'all-to-all'`: heads change places, so that a rank has some
   * heads of all rows; there are no more ranks than heads. Default `'ring'`.
   */
  readonly schedule?: Schedule;
}

const SCHEDULES: readonly unknown[] = ['ring', 'all-to-all'] satisfies Schedule[];

/** @throws ShapeError naming `schedule` */
export function readSchedule<Options extends { readonly schedule?: unknown }>(
  given: Options | undefined,
): { readonly schedule: Schedule; readonly options: Omit<Options, 'schedule'> | undefined } {
  if (typeof given !== 'object') return { schedule: 'ring', options: given };
  const { schedule = 'ring', ...options } = given;
  if (!SCHEDULES.includes(schedule)) {
    throw new ShapeError('schedule', "'ring' or 'all-to-all'", describe(schedule));
  }
  return { schedule: schedule as Schedule, options };
}

/** Arguments whose keys do not lie in the order of a sequence, which is cut into shards. */
const UNCUT = {
  pages: 'keys lie in pages that belong to no range of the sequence',
  selected: 'lists name keys of the whole sequence',
  choose: 'keys are chosen among all of the sequence',
} as const;

/** @throws UnsupportedError naming an argument that cannot be sharded */
export function refuseUncut(args: object): void {
  const given = new Map(Object.entries(args));
  for (const [name, because] of Object.entries(UNCUT)) {
    if (given.get(name) === undefined) continue;
    throw new UnsupportedError(`${name}: not in a ring: ${because}`, name);
  }
}

/** The tensors of a problem, and those that its options bring along, by name. */
function tensorsOf(problem: AttentionBackwardProblem, inputs: Arrays): RankTensors {
  const shapes = shapesOf(problem);
  const all = { ...inputs, ...optionValues(attentionBackwardOptions, problem, inputs) };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, data]) => {
      const shape = shapes[name];
      if (shape === undefined || !(data instanceof Float32Array || data instanceof Uint8Array)) return [];
      return [[name, { shape, data: data.slice() }] as const];
    }),
  );
}

/** Gradients and output of the dtype of the call's tensors. */
const OF_DTYPE = ['output', 'queryGrad', 'keyGrad', 'valueGrad'];

/**
 * One problem of attention, or of its gradients, over all ranks. Ranks compute and send in f32; tensors of f16 are rounded once, in the end.
 * @throws UnsupportedError, ShapeError naming `ranks`, the first error of a rank
 */
export async function attentionPart(
  handles: readonly RankHandle[],
  { problem: given, inputs }: Part<AttentionBackwardProblem>,
  { schedule, backward }: { readonly schedule: Schedule; readonly backward: boolean },
  device: DeviceProfile,
  job: RingJob,
): Promise<Ran> {
  const { dtype, ...problem } = given;
  const values = inF32(inputs);
  const operation = backward ? attentionBackward : attention;
  // A result is checked as one of the call's dtype, which it was rounded to.
  const bound = bind<AttentionProblem>(operation, given, device);
  const variant = bind<AttentionProblem>(operation, problem, device).variant('flash', job.options.params);
  if (variant.supported !== true) throw new UnsupportedError(`flash: ${variant.supported}`);
  const { params } = variant;
  return ringRun(handles, bound, variant, job, `${operation.id} · ${schedule}`, async (options) => {
    const { sources } = job.options;
    const found = await runAttention(
      handles,
      {
        schedule,
        problem,
        backward,
        params,
        tensors: tensorsOf(problem, values),
        ...(sources && { sources }),
      },
      options,
    );
    if (dtype === undefined) return { ...found, inputs: values };
    const outputs = Object.fromEntries(
      Object.entries(found.outputs).map(([name, data]) => [
        name,
        OF_DTYPE.includes(name) && data instanceof Float32Array ? toHalf(data) : data,
      ]),
    );
    return { ...found, inputs: inputs as Arrays, outputs };
  });
}
