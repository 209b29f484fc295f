/**
 * Tilewise: tiled attention and contrastive loss on WebGPU.
 * `openLab` runs everything in a worker; `createRunner` is for those who own a device already.
 */
export { openLab } from './worker/client.ts';
export { contrastiveStep } from './recipes/contrastive-step.ts';
export type { StepLoss, StepMemory, StepResult, Tower, Towers } from './recipes/contrastive-step.ts';
export {
  clusteredBatches,
  clusterRows,
  type ClusterArgs,
  type Clusters,
} from './recipes/loss-recipes/clusters.ts';
export {
  filteredLoss,
  type FilteredArgs,
  type FilteredResult,
} from './recipes/loss-recipes/filtered-negatives.ts';
export {
  minedTriplets,
  type TripletArgs,
  type TripletResult,
} from './recipes/loss-recipes/mined-triplets.ts';
export { mixNegatives, type MixArgs } from './recipes/loss-recipes/mix-negatives.ts';
export { polyViewLoss, type PolyViewArgs, type PolyViewResult } from './recipes/loss-recipes/poly-view.ts';
export { ticoLoss, type TicoArgs, type TicoResult } from './recipes/loss-recipes/tico.ts';
export { segmentedAttention } from './recipes/segmented-attention.ts';
export type { KeySegment, SegmentedArgs } from './recipes/segmented-attention.ts';
export type {
  CallOptions,
  ComputeOptions,
  Examined,
  ExamineOptions,
  Finding,
  KernelArgs,
  LabClient,
  MeasureOptions,
  OpenOptions,
  OperationInfo,
  Probed,
  ProbedInvocations,
  TunedState,
  TuneOptions,
  VariantInfo,
} from './worker/api.ts';
export type { AttentionArgs, AttentionResult, AttentionState } from './operations/attention/api.ts';
export type { AttentionBackwardArgs, AttentionBackwardResult } from './operations/attention-backward/api.ts';
export type { ContrastiveArgs, ContrastiveResult } from './operations/contrastive/api.ts';
export { joinTeachers, type Teacher } from './operations/contrastive/join-teachers.ts';
export type { CacheAttention, CacheAttentionArgs } from './operations/kv-cache/cache-attention.ts';
export type { CacheMethodInfo } from './operations/kv-cache/infos.ts';
export type {
  CacheStudy,
  CacheStudyArgs,
  CacheStudyRow,
  StudiedMethod,
} from './operations/kv-cache/study.ts';
export type { LateArgs, LateResult } from './operations/late-interaction/api.ts';
export type { RetrieveArgs, RetrieveResult } from './operations/retrieve/api.ts';
export type { RankRun, RankSpan, Run } from './core/run.ts';
export { openRing, type Ring, type RingOpenOptions, type RingProblemArgs } from './worker/ring-client.ts';
export type { RingAttentionOptions } from './worker/ring-attention.ts';
export type { Schedule } from './ring/attention/task.ts';
export {
  AbortError,
  DeviceLostError,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  TilewiseError,
  UnsupportedError,
} from './core/errors.ts';
export type { DeviceTensor, HostTensor } from './core/device-tensor.ts';
export type { AnyTensor, FloatTensor, Tensor } from './core/tensor.ts';
export type { MeasureCase, MeasurePlan, Progress } from './measure/measure-plan.ts';
export type { Tuned } from './measure/tuning/tuned.ts';
export { parseReport, type Peaks, type Report, type Result } from './measure/report.ts';

export { createRunner } from './gpu/create-runner.ts';
export { identify as describeDevice, openDevice, type DeviceIdentity } from './gpu/device.ts';
export { bindOperation, createCompiler, linkPass } from './gpu/tools.ts';
export type { ArgsOf, OperationId, ProblemOf, ResultOf } from './operations/index.ts';
export type { Job, Runner } from './gpu/runner.ts';
export { bind, type BoundProblem, type BoundVariant } from './core/bind.ts';
export { attention } from './operations/attention/operation.ts';
export { attentionProblem } from './operations/attention/fill-problem.ts';
export { type AttentionProblem } from './operations/attention/problem.ts';
export { pageWaste } from './operations/attention/pages.ts';
export { blockMasks } from './operations/attention/block-masks/index.ts';
export { presets, presetList } from './operations/attention/presets/index.ts';
export type { Modifiers, Preset, Twins } from './operations/attention/presets/preset.ts';
export { contrastive } from './operations/contrastive/operation.ts';
export { contrastiveProblem } from './operations/contrastive/fill-problem.ts';
export { type ContrastiveProblem } from './operations/contrastive/problem.ts';
export {
  mergeLines,
  shardGradientPlan,
  shardLossPlan,
  shardStatsPlan,
  type Shard,
} from './operations/contrastive/shard.ts';
export type { Operation } from './core/operation.ts';
export type { Params, Variant } from './core/variant.ts';
export type { Pass, Plan, PlanBuffer } from './core/plan.ts';
