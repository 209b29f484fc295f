import type {
  DeviceTensor,
  DtypeOf,
  HostTensor,
  OnDevice,
  PlainTensor,
  TensorDtype,
} from '../core/device-tensor.ts';
import type { Finding } from '../core/finding.ts';
import type { Probed, ProbedInvocations } from '../core/probe.ts';
import type { Params } from '../core/variant.ts';
import type { ShaderSources } from '../core/plan.ts';
import type { Ran } from '../core/operation.ts';
import type { ArgsOf, OperationId, ResultOf } from '../operations/index.ts';
import type { MergeStatesResult } from '../operations/merge-states/api.ts';
import type { LinkedPass, SourceFile } from '../gpu/inspect.ts';
import type { TimestampClock } from '../gpu/timestamp-clock.ts';
import type { MeasureEntry, MeasurePlan, Progress } from '../measure/measure-plan.ts';
import type { DeviceReport, Peaks, Report } from '../measure/report.ts';
import type { AttentionArgs, AttentionResult, AttentionStateArg } from '../operations/attention/api.ts';
import type { AttentionBackwardArgs, AttentionBackwardResult } from '../operations/attention-backward/api.ts';
import type { CacheAttention, CacheAttentionArgs } from '../operations/kv-cache/cache-attention.ts';
import type { CacheMethodInfo } from '../operations/kv-cache/infos.ts';
import type { CacheStudy, CacheStudyArgs } from '../operations/kv-cache/study.ts';
import type { Tuned } from '../measure/tuning/tuned.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../operations/contrastive/api.ts';
import type { LateArgs, LateResult } from '../operations/late-interaction/api.ts';
import type { RetrieveArgs, RetrieveResult } from '../operations/retrieve/api.ts';

export interface OpenOptions {
  /** Which adapter to ask for. `'fallback'` is the CPU one. Default `'high-performance'`. */
  readonly adapter?: 'high-performance' | 'low-power' | 'fallback';
  /** Parameters that tuning found elsewhere, as `tuned` gives them, in place of those that this browser keeps. */
  readonly tuned?: unknown;
  /**
   * The worker, a function that makes one, or the address of its script; by default the one that bundlers put in place
   * of `new Worker(new URL(…, import.meta.url))`. Bundlers that do not, such as esbuild, bundle `tilewise/worker` as a
   * file of its own, whose address goes here: `openLab({ worker: new URL('./worker.js', import.meta.url) })`.
   * A worker that hangs or fails is replaced by another, unless it was given as it is.
   */
  readonly worker?: Worker | (() => Worker) | URL | string;
}

/** Options of every call that runs kernels. */
export interface CallOptions {
  /** A variant's id, which then runs or says why not; by default the fastest that is built. */
  readonly variant?: string;
  /** Parameters on top of the variant's defaults. */
  readonly params?: Params;
  /** WESL texts in place of the shipped ones, by their path below `shaders/`. */
  readonly sources?: ShaderSources;
  /** Compare the result with float64, a large one on a sample of its rows: `run.check`. Default false. */
  readonly check?: boolean;
  /**
   * Leave the tensors of the result on the device: each is a `DeviceTensor`, to be given to other calls, downloaded and
   * in the end released. Numbers, ranks and indices are read back all the same. Default false.
   */
  readonly keep?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * A kernel that is silent for so many ms is taken to hang: the worker and its device are replaced, and the call fails
   * with DeviceLostError. Compiling does not count. By default one waits for ever.
   */
  readonly watchMs?: number;
  /**
   * Hand the buffers of all arrays over instead of copying them: saves memory and time, and leaves the caller's arrays
   * empty. By default, arrays are copied when the call is made, and may be changed at once.
   */
  readonly transfer?: boolean;
}

export type CacheStudyOptions = Pick<CallOptions, 'signal' | 'onProgress' | 'transfer'>;

export type MeasureOptions = Pick<CallOptions, 'signal' | 'onProgress' | 'watchMs'>;

/** One variant of an operation, shipped or edited, on one problem. */
export interface KernelArgs extends Omit<MeasureEntry, 'label' | 'sweep'> {
  readonly operation: OperationId;
  /** A problem of the operation; fields that are left out get their defaults. */
  readonly problem: object;
}

/** Options of `compute`. */
export type ComputeOptions = Pick<CallOptions, 'check' | 'signal' | 'onProgress' | 'watchMs'>;

/** The outcome of compiling a kernel's code. */
export interface Compiled {
  /** The parameters it was linked with, defaults filled in. */
  readonly params: Params;
  /** The passes that linked. */
  readonly passes: readonly LinkedPass[];
  readonly errors: readonly CodeFault[];
}

/** Findings of the interpreter about a kernel, on a small problem. */
export interface Examined {
  /** The problem that it ran on. */
  readonly problem: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  /** Values that the code passed to `probe(slot, value)`, from the invocations of the option `probed`; left out where no `probe` is called. */
  readonly probes?: readonly Probed[];
  /** The passes that ran to their end, by label. */
  readonly passes: readonly string[];
  /** Why the passes after these did not run. */
  readonly stopped?: string;
}

/** A mistake in a shader, at the line of the file that it stands in. */
export interface CodeFault {
  /** Below `shaders/`, or the name of a modifier. */
  readonly file: string;
  /** 1-based, like the column. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type { Finding } from '../core/finding.ts';
export type { Probed, ProbedInvocations } from '../core/probe.ts';
export type { LinkedPass, SourceFile } from '../gpu/inspect.ts';
export type { TimestampClock } from '../gpu/timestamp-clock.ts';

export interface VariantInfo {
  readonly id: string;
  readonly title: string;
  readonly idea: string;
  readonly params: readonly {
    readonly name: string;
    readonly about: string;
    readonly choices: readonly number[];
  }[];
  /** Whether this device can run it on a small problem with default parameters, or why not. */
  readonly supported: true | string;
}

export interface OperationInfo {
  readonly id: string;
  readonly title: string;
  /** Teaching order; the first is the naive baseline. */
  readonly variants: readonly VariantInfo[];
}

/** The variant to tune, and the time for it. */
export interface TuneOptions extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** Default: the variant that runs where none is named. */
  readonly variant?: string;
  /** The time after which no more parameters are tried, in ms. Default 60,000. */
  readonly budgetMs?: number;
}

/** Options of `lab.examine`. */
export interface ExamineOptions extends Pick<CallOptions, 'signal'> {
  /** The invocations whose calls of `probe` are told, 16 at most. Default: the first of the first workgroup. */
  readonly probed?: ProbedInvocations;
}

/** The parameters that tuning has kept, and notes on those that could not be used. */
export interface TunedState {
  readonly entries: readonly Tuned[];
  readonly notes: readonly string[];
}

/** The result of a call: with `keep`, its tensors are on the device. */
export type Answer<Result, Options> = Options extends { readonly keep: true } ? OnDevice<Result> : Result;

/** The whole service. `Lab` implements it in the worker (or in Node); the client offers it to pages. */
export interface LabApi {
  /**
   * Any operation of the list, by its id. The methods below are this call under another name.
   * @throws ShapeError naming the argument, UnsupportedError, OutOfMemoryError, ShaderError, AbortError, DeviceLostError
   */
  call<
    Id extends OperationId,
    const Args extends ArgsOf<Id>,
    const Options extends CallOptions = CallOptions,
  >(
    id: Id,
    args: Args,
    options?: Options,
  ): Promise<Answer<ResultOf<Id, Args>, Options>>;
  attention<const Options extends CallOptions = CallOptions>(
    args: AttentionArgs,
    options?: Options,
  ): Promise<Answer<AttentionResult, Options>>;
  attentionBackward<const Options extends CallOptions = CallOptions>(
    args: AttentionBackwardArgs,
    options?: Options,
  ): Promise<Answer<AttentionBackwardResult, Options>>;
  /** Attention over disjoint sets of keys, put together; states of equal shapes. */
  mergeStates<const Options extends CallOptions = CallOptions>(
    states: readonly AttentionStateArg[],
    options?: Options,
  ): Promise<Answer<MergeStatesResult, Options>>;
  contrastive<const Args extends ContrastiveArgs, const Options extends CallOptions = CallOptions>(
    args: Args,
    options?: Options,
  ): Promise<Answer<ContrastiveResult<Args>, Options>>;
  /** The k documents with the largest inner products, for each query. */
  retrieve<const Options extends CallOptions = CallOptions>(
    args: RetrieveArgs,
    options?: Options,
  ): Promise<Answer<RetrieveResult, Options>>;
  /** Σᵢ maxⱼ ⟨qᵢ, dⱼ⟩ over the tokens of all queries and documents, its loss and gradients. */
  lateInteraction<const Options extends CallOptions = CallOptions>(
    args: LateArgs,
    options?: Options,
  ): Promise<Answer<LateResult, Options>>;
  /**
   * Puts a tensor on the device, where it stays until it is released or the device is lost. Every call takes its handle
   * in place of a tensor.
   */
  upload<Given extends PlainTensor>(
    tensor: Given,
    options?: Pick<CallOptions, 'signal' | 'transfer'>,
  ): Promise<DeviceTensor<DtypeOf<Given['data']>>>;
  /** The values of a tensor that is on the device. @throws ShapeError if it was released, DeviceLostError */
  download<Dtype extends TensorDtype>(
    tensor: DeviceTensor<Dtype>,
    options?: Pick<CallOptions, 'signal'>,
  ): Promise<HostTensor<Dtype>>;
  /** Frees a tensor's memory on the device, after the calls that were made before. One that is gone is left alone. */
  release(tensor: DeviceTensor): void;
  /**
   * Studies what a key/value cache may forget, and what that costs: encodes one cache by each method, and compares attention over it with the exact one.
   * @throws ShapeError naming the argument, UnsupportedError
   */
  cacheStudy(args: CacheStudyArgs, options?: CacheStudyOptions): Promise<CacheStudy>;
  /**
   * The probabilities of every query over the exact cache, in float64 on the host: no kernel runs.
   * @throws ShapeError naming the argument, UnsupportedError beyond 2^26 of them
   */
  cacheAttention(
    args: CacheAttentionArgs,
    options?: Pick<CallOptions, 'signal' | 'transfer'>,
  ): Promise<CacheAttention>;
  measure(plan: MeasurePlan, options?: MeasureOptions): Promise<Report>;
  /**
   * Runs a kernel once on its problem, with the seeded inputs that `measure` has, and reads back all that it wrote, by name.
   * @throws ShapeError, UnsupportedError, OutOfMemoryError, ShaderError, AbortError, DeviceLostError
   */
  compute(kernel: KernelArgs, options?: ComputeOptions): Promise<Ran>;
  /** The shipped files that a kernel is linked from. */
  sources(kernel: KernelArgs): Promise<SourceFile[]>;
  /** Links and compiles a kernel without running it, fast enough for code that is being typed. */
  compile(kernel: KernelArgs, options?: Pick<CallOptions, 'signal'>): Promise<Compiled>;
  /**
   * Runs a kernel in an interpreter, on its problem made small, and finds races, indices out of bounds, reads of what nothing has
   * written, barriers that not all invocations reach, and loops that do not end. No GPU runs it. Where the code calls
   * `probe(slot, value)`, the values of the invocations that `probed` names are told.
   * @throws ShapeError, UnsupportedError; ShaderError if the code does not link
   */
  examine(kernel: KernelArgs, options?: ExamineOptions): Promise<Examined>;
  /** How finely this device's timestamps tell time, or why it has none. */
  timestampClock(options?: Pick<CallOptions, 'signal'>): Promise<TimestampClock>;
  /** The highest speeds of this device: multiply-adds, matmul, copies. */
  peaks(options?: MeasureOptions): Promise<Peaks>;
  /**
   * Searches a variant's parameters on a problem, and keeps the best for its class on this adapter: later calls use
   * them where no parameters are given.
   * @throws UnsupportedError if there is nothing to tune; AbortError, and then nothing is kept
   */
  tune(operation: OperationId, problem: object, options?: TuneOptions): Promise<Tuned>;
  /** The parameters that tuning has kept. */
  tuned(): Promise<TunedState>;
  /** Drops all tuned parameters: defaults are used again. */
  forgetTuned(): Promise<TunedState>;
  /** Destroys the device as a driver reset would, to test how a page copes. */
  loseDevice(): Promise<void>;
}

/** The result of `openLab`: all calls, and the device and operations, which need no call. */
export interface LabClient extends LabApi {
  readonly device: DeviceReport;
  operations(): readonly OperationInfo[];
  /** The methods that `cacheStudy` tries, in teaching order. */
  cacheMethods(): readonly CacheMethodInfo[];
  close(): void;
}

/** The calls that are queued, aborted and reported on. */
export type CallName = Exclude<
  keyof LabApi,
  | 'loseDevice'
  | 'attention'
  | 'attentionBackward'
  | 'mergeStates'
  | 'contrastive'
  | 'retrieve'
  | 'lateInteraction'
>;
