import * as Comlink from 'comlink';
import type { DeviceProfile } from '../core/device-profile.ts';
import { AbortError } from '../core/errors.ts';
import type { RankHandle } from '../ring/ring.ts';
import type { RankState } from '../ring/steps.ts';
import type { OpenOptions } from './api.ts';
import { Connection } from './connection.ts';
import { buffersOf } from './transfer.ts';

/** After a call has ended, a worker that stays silent this long is stuck, and is replaced. */
const STUCK_MS = 10_000;

/** A rank in a worker with a device of its own. A worker that ended is replaced when the next call opens the rank. */
export class WorkerRank implements RankHandle {
  private connection: Connection | undefined;
  /** Held strongly during a call, as Comlink wants it. */
  private callback: unknown;

  constructor(private readonly options: OpenOptions) {}

  async open(): Promise<DeviceProfile> {
    if (this.connection === undefined || this.connection.ended) {
      this.connection = new Connection(this.options, crypto.randomUUID(), Infinity);
    }
    const { connection } = this;
    await connection.opened;
    return connection.guard(connection.host.rankDevice());
  }

  readonly begin: RankHandle['begin'] = (task, { previous, next }, onState) => {
    const { host } = this.live();
    const sent = Comlink.transfer(task, buffersOf(task.inputs));
    const ports = [Comlink.transfer(previous, [previous]), Comlink.transfer(next, [next])] as const;
    return this.live().guard(host.beginRank(sent, ...ports, this.proxyOf(onState)));
  };

  readonly statistics: RankHandle['statistics'] = (lines) =>
    this.live().guard(
      this.live().host.rankStatistics(Comlink.transfer(lines, [lines.buffer as ArrayBuffer])),
    );

  readonly gradients: RankHandle['gradients'] = (lines) =>
    this.live().guard(this.live().host.rankGradients(Comlink.transfer(lines, [lines.buffer as ArrayBuffer])));

  readonly attention: RankHandle['attention'] = (task, ports, onState) => {
    const { host } = this.live();
    const sent = Comlink.transfer(task, buffersOf(task));
    const moved = ports.filter((port) => port !== undefined);
    return this.live().guard(host.rankAttention(sent, Comlink.transfer(ports, moved), this.proxyOf(onState)));
  };

  /** A callback that the worker can call, held for as long as the call. */
  private proxyOf(onState: (state: RankState) => void) {
    const callback = Comlink.proxy((state: RankState) => {
      onState(state);
    });
    this.callback = callback;
    return callback;
  }

  readonly alive = (): Promise<void> => this.live().guard(this.live().host.alive());

  async end(): Promise<void> {
    const { connection } = this;
    if (connection === undefined || connection.ended) return;
    const stuck = setTimeout(() => {
      connection.end(new AbortError('the call has ended; a worker did not react and was replaced'));
    }, STUCK_MS);
    await connection.guard(connection.host.endRank()).catch(() => undefined);
    clearTimeout(stuck);
    this.callback = undefined;
  }

  fail(reason: Error): void {
    this.connection?.end(reason);
  }

  close(): void {
    this.fail(new AbortError('the ring is closed'));
  }

  private live(): Connection {
    if (this.connection === undefined) throw new AbortError('the rank is not open');
    return this.connection;
  }
}
