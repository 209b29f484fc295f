import { AbortError } from '../core/errors.ts';
import type { Session } from '../gpu/session.ts';
import { RankCall, type RankOutputs, type RankState, type RankTask } from './rank.ts';
import { PortTransport } from './transport.ts';

/** The ends of the channels to a rank's neighbours. */
export interface Ports {
  readonly previous: MessagePort;
  readonly next: MessagePort;
}

/** A rank in this thread. It has one call at a time, in three steps, and `end` after each call frees all. */
export class LocalRank {
  private call: RankCall | undefined;
  private transport: PortTransport | undefined;
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
    const transport = (this.transport = new PortTransport(previous, next));
    return this.run(async () => {
      const session = await this.session();
      this.guard = (work) => session.guard(work);
      return session.guard(
        (async () => {
          this.call = await RankCall.open(session, task, transport, { signal, onState });
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

  /** Stops what is running, and frees the call's buffers and ports. */
  async end(): Promise<void> {
    this.controller.abort();
    this.transport?.close(new AbortError('the call of the ring has ended'));
    await this.step.catch(() => undefined);
    this.call?.destroy();
    this.call = undefined;
    this.transport = undefined;
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
