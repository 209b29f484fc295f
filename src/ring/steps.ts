import { throwIfAborted } from '../core/errors.ts';
import { planWork, withSources, workspaceBytes, type Plan, type ShaderSources } from '../core/plan.ts';
import type { RankSpan } from '../core/run.ts';
import type { Arrays, Params } from '../core/variant.ts';
import { Loaded, type Session } from '../gpu/session.ts';
import { clock, type Transport } from './transport.ts';

/** The state of a rank: at work, or waiting for another one. */
export type RankState = 'work' | 'wait';

export interface RankOptions {
  readonly signal: AbortSignal;
  readonly onState: (state: RankState) => void;
}

/** Figures of a rank's call beside its outputs. */
export interface RankFigures {
  readonly workspaceBytes: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** By `clock`. */
  readonly timeline: readonly RankSpan[];
  readonly work: number;
  readonly params: Params;
  readonly passes: readonly string[];
}

/** The steps of a rank's call: plans on its device, and waiting for others. It keeps count of both. */
export class RankSteps {
  private readonly spans: RankSpan[] = [];
  private readonly labels = new Set<string>();
  private work = 0;
  private planBytes = 0;

  constructor(
    private readonly session: Session,
    private readonly options: RankOptions,
    /** WESL texts in place of shipped ones. */
    private readonly sources: ShaderSources | undefined,
  ) {}

  /**
   * Runs a plan.
   * @param given buffers of the call's, by the plan's names for them
   * @param inputs what is uploaded for this plan alone
   * @param wanted outputs to read back, beside the buffers that are given
   */
  async run(
    label: string,
    plan: Plan,
    given: Readonly<Record<string, GPUBuffer>>,
    inputs: Arrays = {},
    wanted: (name: string) => boolean = () => false,
  ): Promise<Arrays> {
    if (plan.passes.length === 0) return {};
    const { signal, onState } = this.options;
    throwIfAborted(signal);
    // Compiling and waiting for others are no silence.
    onState('wait');
    const edited = this.sources === undefined ? plan : withSources(plan, this.sources);
    const loaded = await Loaded.load(this.session, edited, inputs, given);
    const startMs = clock();
    try {
      onState('work');
      await loaded.job.execute({ signal, onFraction: () => onState('work') });
      return await loaded.outputs(wanted);
    } finally {
      onState('wait');
      this.spans.push({ kind: 'work', label, startMs, endMs: clock() });
      loaded.destroy();
      this.count(plan, given);
    }
  }

  /** A message of another rank. */
  async receive(transport: Transport, tag: string): Promise<Float32Array<ArrayBuffer>> {
    throwIfAborted(this.options.signal);
    this.options.onState('wait');
    const startMs = clock();
    const data = await transport.receive(tag);
    this.spans.push({ kind: 'wait', label: tag, startMs, endMs: clock() });
    this.options.onState('work');
    return data;
  }

  /** @param heldBytes of buffers that live as long as the call, beside the rank's shard and its gradients */
  figures(transports: readonly Transport[], heldBytes: number, params: Params): RankFigures {
    const sum = (of: (transport: Transport) => number) =>
      transports.reduce((total, transport) => total + of(transport), 0);
    const arrivals = transports.flatMap((transport) => transport.arrivals);
    return {
      workspaceBytes: heldBytes + this.planBytes,
      sentBytes: sum(({ sentBytes }) => sentBytes),
      receivedBytes: sum(({ receivedBytes }) => receivedBytes),
      timeline: [...this.spans, ...arrivals].sort((a, b) => a.startMs - b.startMs),
      work: this.work,
      params,
      passes: [...this.labels],
    };
  }

  private count(plan: Plan, given: object): void {
    this.work += planWork(plan) ?? 0;
    const own = plan.buffers.filter(({ name }) => !(name in given));
    this.planBytes = Math.max(this.planBytes, workspaceBytes({ ...plan, buffers: own }));
    for (const { label } of plan.passes) this.labels.add(label);
  }
}
