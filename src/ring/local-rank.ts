import { AbortError } from '../core/errors.ts';
import type { Session } from '../gpu/session.ts';
import { RankCall, type RankOutputs, type RankTask } from './rank.ts';
import { HeadsRank } from './attention/heads-rank.ts';
import { RingRank } from './attention/ring-rank.ts';
import type { AttentionOutputs, AttentionTask } from './attention/task.ts';
import type { RankState } from './steps.ts';
import { PortTransport } from './transport.ts';

/** The ends of the channels to a rank's neighbours. */
export interface Ports {
  readonly previous: MessagePort;
  readonly next: MessagePort;
}

/** A rank in this thread. It has one call at a time, in three steps, and `end` after each call frees all. */
export class LocalRank {
  private call: RankCall | undefined;
  private transports: readonly PortTransport[] = [];
  /** Holds buffers. */
  private held: { destroy(): void } | undefined;
  private guard: Session['guard'] | undefined;
  private controller = new AbortController();
  /** Settles when the running step has. */
  private step: Promise<unknown> = Promise.resolve();

  /** @param session the rank's device; asked for again by each call, since one may be lost */
  constructor(private readonly session: () => Promise<Session>) {}

  /** @returns the rank's lines, set up */
  async begin(
    task: RankTask,
    { previous, next }: Ports,
    onState: (state: RankState) => unknown,
  ): Promise<Float32Array> {
    await this.end();
    const { signal } = (this.controller = new AbortController());
    const transport = new PortTransport(previous, next);
    this.transports = [transport];
    return this.run(async () => {
      const session = await this.session();
      this.guard = (work) => session.guard(work);
      return session.guard(
        (async () => {
          this.call = await RankCall.open(session, task, transport, { signal, onState });
          this.held = this.call;
          return this.call.setup();
        })(),
      );
    });
  }

  statistics(lines: Float32Array): Promise<Float32Array> {
    return this.run(() => this.guarded((call) => call.statistics(lines)));
  }

  gradients(lines: Float32Array): Promise<RankOutputs> {
    return this.run(() => this.guarded((call) => call.gradients(lines)));
  }

  /** The rank's whole share of attention. @param ports to the other ranks, by their numbers */
  async attention(
    task: AttentionTask,
    ports: readonly (MessagePort | undefined)[],
    onState: (state: RankState) => unknown,
  ): Promise<AttentionOutputs> {
    await this.end();
    const { signal } = (this.controller = new AbortController());
    const links = ports.map((port) => port && new PortTransport(port, port));
    this.transports = links.filter((link) => link !== undefined);
    return this.run(async () => {
      const session = await this.session();
      const options = { signal, onState };
      return session.guard(
        (async () => {
          if (task.schedule === 'all-to-all') return new HeadsRank(session, task, links, options).run();
          const rank = await RingRank.open(session, task, links, options);
          this.held = rank;
          return rank.run();
        })(),
      );
    });
  }

  /** Stops what is running, and frees the call's buffers and ports. */
  async end(): Promise<void> {
    this.controller.abort();
    for (const transport of this.transports)
      transport.close(new AbortError('the call of the ring has ended'));
    await this.step.catch(() => undefined);
    this.held?.destroy();
    this.held = undefined;
    this.call = undefined;
    this.transports = [];
  }

  private run<T>(work: () => Promise<T>): Promise<T> {
    const step = work();
    this.step = step;
    return step;
  }

  private async guarded<T>(work: (call: RankCall) => Promise<T>): Promise<T> {
    const { call, guard } = this;
    if (call === undefined || guard === undefined) throw new AbortError('the call of the ring has ended');
    return guard(work(call));
  }
}
