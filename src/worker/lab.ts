import { throwIfAborted } from '../core/errors.ts';
import type { AdapterChoice } from '../gpu/device.ts';
import type { SourceFile } from '../gpu/inspect.ts';
import { openSession, type Session } from '../gpu/session.ts';
import { readTimestampClock, type TimestampClock } from '../gpu/timestamp-clock.ts';
import {
  isDeviceTensor,
  requireDeviceTensor,
  type DeviceTensor,
  type DtypeOf,
  type HostTensor,
  type PlainTensor,
  type TensorDtype,
} from '../core/device-tensor.ts';
import { requireHostTensor } from '../core/tensor.ts';
import type { Ran } from '../core/operation.ts';
import type { Inputs } from '../core/variant.ts';
import { requireOperation, type ArgsOf, type OperationId, type ResultOf } from '../operations/index.ts';
import type { MergeStatesResult } from '../operations/merge-states/api.ts';
import type { BoundCase } from '../measure/measure.ts';
import type { MeasureCase, MeasurePlan } from '../measure/measure-plan.ts';
import type { DeviceReport, Peaks, Report } from '../measure/report.ts';
import { adapterName } from '../measure/device.ts';
import { specsOf } from '../measure/tuning/space.ts';
import type { Tuned } from '../measure/tuning/tuned.ts';
import type { CacheAttention, CacheAttentionArgs } from '../operations/kv-cache/cache-attention.ts';
import { cacheMethodInfos, type CacheMethodInfo } from '../operations/kv-cache/infos.ts';
import type { CacheStudy, CacheStudyArgs } from '../operations/kv-cache/study.ts';
import type {
  Answer,
  CacheStudyOptions,
  CallOptions,
  Compiled,
  ComputeOptions,
  Examined,
  ExamineOptions,
  KernelArgs,
  LabApi,
  MeasureOptions,
  OperationInfo,
  TunedState,
  TuneOptions,
} from './api.ts';
import type { AttentionArgs, AttentionResult, AttentionStateArg } from '../operations/attention/api.ts';
import type { AttentionBackwardArgs, AttentionBackwardResult } from '../operations/attention-backward/api.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../operations/contrastive/api.ts';
import type { LateArgs, LateResult } from '../operations/late-interaction/api.ts';
import type { RetrieveArgs, RetrieveResult } from '../operations/retrieve/api.ts';
import { bindCase, bindEntry } from './bind-case.ts';
import type { Kept } from './choose-params.ts';
import { computeKernel } from './compute-kernel.ts';
import { listOperations } from './list.ts';
import { requireOptions } from './call-options.ts';
import { rootOf, snapshot } from './snapshot.ts';
import { runCall } from './run-call.ts';
import { memoryStore, TunedKeeper, type TunedStore } from './tuned-store.ts';

export interface LabSource {
  /** Tells the tensors of this lab from those of others. By default, nobody else's. */
  readonly id?: string | undefined;
  /** `navigator.gpu`, or Dawn's in Node. */
  readonly gpu: GPU | undefined;
  readonly adapter?: AdapterChoice | undefined;
  /** Where tuned parameters are kept; by default only in this Lab. */
  readonly tuned?: TunedStore | undefined;
}

/**
 * The whole service on one device. Runs one call at a time (the client queues them), and opens a new device
 * for the call after one that lost it.
 */
export class Lab implements LabApi {
  private busy = false;
  /** Releases that wait for the end of the running call. */
  private readonly afterwards: (() => void)[] = [];

  private constructor(
    private readonly source: LabSource,
    private session: Session,
    private readonly keeper: TunedKeeper,
  ) {}

  /** @throws UnsupportedError if there is no WebGPU or no adapter */
  static async open(given: LabSource): Promise<Lab> {
    const source = { ...given, id: given.id ?? crypto.randomUUID() };
    const session = await openSession(source.gpu, source.adapter ?? 'high-performance', source.id);
    const keeper = await TunedKeeper.open(source.tuned ?? memoryStore(), deviceOf(session));
    return new Lab(source, session, keeper);
  }

  get device(): DeviceReport {
    return deviceOf(this.session);
  }

  operations(): OperationInfo[] {
    return listOperations(this.session.identity);
  }

  /** Copies the arguments when the call is made, but for buffers that the caller transfers. */
  async call<
    Id extends OperationId,
    const Args extends ArgsOf<Id>,
    const Options extends CallOptions = CallOptions,
  >(id: Id, args: Args, given?: Options): Promise<Answer<ResultOf<Id, Args>, Options>> {
    const options = requireOptions('call', args, given);
    const own = options.transfer === true ? args : snapshot(args, rootOf(args)).value;
    return this.exclusively(
      async (session) =>
        (await runCall(session, id, own, options, this.kept)) as Answer<ResultOf<Id, Args>, Options>,
    );
  }

  attention<const Options extends CallOptions = CallOptions>(
    args: AttentionArgs,
    options?: Options,
  ): Promise<Answer<AttentionResult, Options>> {
    return this.call('attention', args, options);
  }

  attentionBackward<const Options extends CallOptions = CallOptions>(
    args: AttentionBackwardArgs,
    options?: Options,
  ): Promise<Answer<AttentionBackwardResult, Options>> {
    return this.call('attention-backward', args, options);
  }

  mergeStates<const Options extends CallOptions = CallOptions>(
    states: readonly AttentionStateArg[],
    options?: Options,
  ): Promise<Answer<MergeStatesResult, Options>> {
    return this.call('merge-states', states, options);
  }

  contrastive<const Args extends ContrastiveArgs, const Options extends CallOptions = CallOptions>(
    args: Args,
    options?: Options,
  ): Promise<Answer<ContrastiveResult<Args>, Options>> {
    return this.call('contrastive', args, options);
  }

  retrieve<const Options extends CallOptions = CallOptions>(
    args: RetrieveArgs,
    options?: Options,
  ): Promise<Answer<RetrieveResult, Options>> {
    return this.call('retrieve', args, options);
  }

  lateInteraction<const Options extends CallOptions = CallOptions>(
    args: LateArgs,
    options?: Options,
  ): Promise<Answer<LateResult, Options>> {
    return this.call('late-interaction', args, options);
  }

  upload<Given extends PlainTensor>(
    tensor: Given,
    { signal }: Pick<CallOptions, 'signal'> = {},
  ): Promise<DeviceTensor<DtypeOf<Given['data']>>> {
    return this.exclusively(async ({ tensors }) => {
      throwIfAborted(signal);
      return (await tensors.upload(requireHostTensor('tensor', tensor))) as DeviceTensor<
        DtypeOf<Given['data']>
      >;
    });
  }

  download<Dtype extends TensorDtype>(
    tensor: DeviceTensor<Dtype>,
    { signal }: Pick<CallOptions, 'signal'> = {},
  ): Promise<HostTensor<Dtype>> {
    return this.exclusively(async ({ tensors }) => {
      throwIfAborted(signal);
      return (await tensors.withValues<object>(
        requireDeviceTensor('tensor', tensor),
        'tensor',
      )) as HostTensor<Dtype>;
    });
  }

  /** Releases a tensor, after the running call if there is one, which may use it. */
  release(tensor: DeviceTensor): void {
    const { tensors } = this.session;
    const handle = requireDeviceTensor('tensor', tensor);
    if (this.busy) this.afterwards.push(() => tensors.release(handle));
    else tensors.release(handle);
  }

  cacheMethods(): CacheMethodInfo[] {
    return cacheMethodInfos();
  }

  /** Copies the arguments when the call is made, but for buffers that the caller transfers. */
  async cacheStudy(args: CacheStudyArgs, given?: CacheStudyOptions): Promise<CacheStudy> {
    const { transfer, ...options } = requireOptions('cacheStudy', args, given);
    const own = transfer === true ? args : snapshot(args, '').value;
    return this.exclusively(async (session) => {
      const { runCacheStudy } = await import('./cache-study.ts');
      return runCacheStudy(session, await session.tensors.withValues(own), options);
    });
  }

  /** Copies the arguments when the call is made, but for buffers that the caller transfers. */
  async cacheAttention(
    args: CacheAttentionArgs,
    given?: Pick<CallOptions, 'signal' | 'transfer'>,
  ): Promise<CacheAttention> {
    const { transfer, signal } = requireOptions('cacheAttention', args, given);
    const own = transfer === true ? args : snapshot(args, '').value;
    return this.exclusively(async ({ tensors }) => {
      throwIfAborted(signal);
      const { cacheAttention } = await import('../operations/kv-cache/cache-attention.ts');
      return cacheAttention(await tensors.withValues(own));
    });
  }

  measure(plan: MeasurePlan, options: MeasureOptions = {}): Promise<Report> {
    const kept: Kept = plan.tuned === false ? () => undefined : this.kept;
    return this.exclusively(async (session) => {
      const cases: BoundCase[] = [];
      for (const one of plan.cases) {
        const inputs = one.inputs && (await session.tensors.readAll(namedInputs(one.inputs)));
        cases.push(bindCase(one, session.identity, kept, inputs));
      }
      const { measure } = await import('../measure/measure.ts');
      return measure({ session, ...options }, plan, cases);
    });
  }

  compute(kernel: KernelArgs, options: ComputeOptions = {}): Promise<Ran> {
    return this.exclusively((session) => computeKernel(session, kernel, options, this.kept));
  }

  sources(kernel: KernelArgs): Promise<SourceFile[]> {
    return this.exclusively(async ({ identity }) => {
      const { sourcesOf } = await import('../gpu/inspect.ts');
      return sourcesOf(bindEntry(kernel, identity, this.kept).variant.plan());
    });
  }

  compile(kernel: KernelArgs, { signal }: CallOptions = {}): Promise<Compiled> {
    return this.exclusively(async (session) => {
      throwIfAborted(signal);
      const { compileKernel } = await import('./compile-kernel.ts');
      return compileKernel(session, kernel, this.kept);
    });
  }

  examine(kernel: KernelArgs, { signal, probed }: ExamineOptions = {}): Promise<Examined> {
    return this.exclusively(async ({ identity }) => {
      throwIfAborted(signal);
      const { examineKernel } = await import('./examine-kernel.ts');
      return examineKernel(identity, kernel, this.kept, probed);
    });
  }

  timestampClock({ signal }: Pick<CallOptions, 'signal'> = {}): Promise<TimestampClock> {
    return this.exclusively(({ device }) => {
      throwIfAborted(signal);
      return readTimestampClock(device);
    });
  }

  peaks(options: MeasureOptions = {}): Promise<Peaks> {
    return this.exclusively(async (session) => {
      const [{ measureSpeed, peaksOf, SPEED_STEPS }, { Steps }] = await Promise.all([
        import('../measure/device-speed.ts'),
        import('../measure/steps.ts'),
      ]);
      const context = { session, ...options };
      return peaksOf(await measureSpeed(context, new Steps(context, SPEED_STEPS)));
    });
  }

  tune(operation: OperationId, problem: object, options: TuneOptions = {}): Promise<Tuned> {
    const { variant: id, budgetMs = 60_000, ...rest } = options;
    return this.exclusively(async (session) => {
      throwIfAborted(options.signal);
      const bound = requireOperation(operation).bind(problem, session.identity);
      const variant = id === undefined ? bound.preferred() : bound.variant(id);
      const target = { problem: bound, variant, specs: specsOf(operation, variant.id) };
      const { tune } = await import('../measure/tuning/tune.ts');
      const tuned = await tune({ session, ...rest }, target, budgetMs);
      await this.keeper.keep(tuned);
      return tuned;
    });
  }

  tuned(): Promise<TunedState> {
    return Promise.resolve(this.keeper.state());
  }

  async forgetTuned(): Promise<TunedState> {
    await this.keeper.forget();
    return this.keeper.state();
  }

  /** The parameters that tuning has kept for this adapter. */
  private readonly kept: Kept = (problem, variant) =>
    this.keeper.find(adapterName(this.device), problem, variant);

  loseDevice(): Promise<void> {
    return this.session.lose();
  }

  /** The session, with a new device if the last one was lost. Work beside calls of the lab runs on it: that of a ring's rank. */
  async liveSession(): Promise<Session> {
    if (this.session.isLost()) {
      const { gpu, adapter = 'high-performance', id } = this.source;
      this.session = await openSession(gpu, adapter, id);
    }
    return this.session;
  }

  close(): void {
    this.session.runner.destroy();
    this.session.device.destroy();
  }

  private async exclusively<T>(call: (session: Session) => Promise<T>): Promise<T> {
    if (this.busy) throw new Error('this Lab runs one call at a time; await the last one first');
    this.busy = true;
    try {
      const session = await this.liveSession();
      return await session.guard(call(session));
    } finally {
      this.busy = false;
      for (const release of this.afterwards.splice(0)) release();
    }
  }
}

/** Inputs of a case, with the names that errors call them. */
const namedInputs = (inputs: NonNullable<MeasureCase['inputs']>): Inputs =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, source]) => [
      name,
      isDeviceTensor(source) ? { ...source, argument: `inputs.${name}` } : source,
    ]),
  );

const deviceOf = ({ identity }: Session): DeviceReport => ({ ...identity, features: [...identity.features] });
