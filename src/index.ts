/**
 * Tilewise: tiled attention and contrastive loss on WebGPU.
 * `openLab` runs everything in a worker; `createRunner` is for those who own a device already.
 */
export { openLab } from './worker/client.ts';
export type {
  AttentionArgs,
  AttentionBackwardArgs,
  AttentionBackwardResult,
  AttentionResult,
  AttentionState,
  CallOptions,
  ContrastiveArgs,
  ContrastiveResult,
  LabClient,
  MeasureOptions,
  OpenOptions,
  OperationInfo,
  Run,
  TunedState,
  TuneOptions,
  VariantInfo,
} from './worker/api.ts';
export {
  AbortError,
  DeviceLostError,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  TilewiseError,
  UnsupportedError,
} from './errors.ts';
export type { FloatTensor, Tensor } from './tensor.ts';
export type { MeasureCase, MeasurePlan, Progress } from './measure/measure-plan.ts';
export type { Tuned } from './measure/tuning/tuned.ts';
export { parseReport, type Peaks, type Report, type Result } from './measure/report.ts';

export { createRunner } from './gpu/create-runner.ts';
export { identify as describeDevice, type DeviceIdentity } from './gpu/device.ts';
export type { Job, Runner } from './gpu/runner.ts';
export { bind, type BoundProblem, type BoundVariant } from './kernels/bind.ts';
export { attention } from './kernels/attention/operation.ts';
export { attentionProblem, type AttentionProblem } from './kernels/attention/problem.ts';
export { presets, presetList } from './kernels/attention/presets/index.ts';
export type { Modifiers, Preset, Twins } from './kernels/attention/presets/preset.ts';
export { contrastive } from './kernels/contrastive/operation.ts';
export { contrastiveProblem, type ContrastiveProblem } from './kernels/contrastive/problem.ts';
export {
  mergeLines,
  shardGradientPlan,
  shardLossPlan,
  shardStatsPlan,
  type Shard,
} from './kernels/contrastive/shard.ts';
export type { Operation, Params, Variant } from './kernels/operation.ts';
export type { Pass, Plan, PlanBuffer } from './kernels/plan.ts';
