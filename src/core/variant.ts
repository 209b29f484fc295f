import type { DeviceProfile } from './device-profile.ts';
import type { ResidentInput } from './device-tensor.ts';
import type { DataArray } from './dtype.ts';
import type { Plan } from './plan.ts';

/** A parameter of a variant that tuning may change. */
export interface ParamSpec {
  readonly name: string;
  /** Its meaning in a few words. */
  readonly about: string;
  /** Values worth trying, ascending. */
  readonly choices: readonly number[];
}

/** Chosen values by parameter name. */
export type Params = Readonly<Record<string, number>>;

/** *How* an operation is computed. */
export interface Variant<Problem> {
  readonly id: string;
  readonly title: string;
  /** The idea in one sentence. */
  readonly idea: string;
  readonly params: readonly ParamSpec[];
  /**
   * `true`, or what the device lacks for any problem: matrix units. There it is on no list, and is refused with this reason
   * where it is asked for by name. Where it is there, it runs only if it is asked for, or `preferred` names it. Left out, it is for
   * every device.
   */
  readonly needs?: (device: DeviceProfile) => true | string;
  /** Good parameters before any tuning. */
  defaults(problem: Problem, device: DeviceProfile): Params;
  /** `true`, or the reason why it cannot run. */
  supports(problem: Problem, params: Params, device: DeviceProfile): true | string;
  plan(problem: Problem, params: Params): Plan;
}

/** Named flat arrays: the inputs or outputs of a problem, keyed as in the plan's buffers. `Uint16Array` is f16 bits. */
export type Arrays = Readonly<Record<string, DataArray>>;

/** The contents of a buffer: values, a tensor that is on the device, or several of these end to end. */
export type Source = DataArray | ResidentInput | readonly (DataArray | ResidentInput)[];

/** Inputs of a call, some of which may be on the device. */
export type Inputs = Readonly<Record<string, Source>>;

/** Whether all inputs are on the host. */
export const areOnHost = (inputs: Inputs): inputs is Arrays =>
  Object.values(inputs).every((source) => ArrayBuffer.isView(source));
