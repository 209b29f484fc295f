import type { DeviceProfile } from '../core/device-profile.ts';
import { AbortError } from '../core/errors.ts';
import { Ending } from '../core/ending.ts';
import type { AdapterChoice } from '../gpu/device.ts';
import { openSession, type Session } from '../gpu/session.ts';
import { LocalRank } from '../ring/local-rank.ts';
import type { RankHandle } from '../ring/ring.ts';

/** A rank with a device of its own in this thread, where there are no workers. */
export class SessionRank implements RankHandle {
  private session: Session | undefined;
  private readonly rank = new LocalRank(() => this.live());
  private life = new Ending();

  constructor(
    private readonly gpu: GPU | undefined,
    private readonly adapter: AdapterChoice,
  ) {}

  async open(): Promise<DeviceProfile> {
    this.life = new Ending();
    return (await this.live()).identity;
  }

  readonly begin: RankHandle['begin'] = (...args) => this.life.guard(this.rank.begin(...args));
  readonly statistics: RankHandle['statistics'] = (lines) => this.life.guard(this.rank.statistics(lines));
  readonly gradients: RankHandle['gradients'] = (lines) => this.life.guard(this.rank.gradients(lines));
  readonly attention: RankHandle['attention'] = (...args) => this.life.guard(this.rank.attention(...args));
  readonly end: RankHandle['end'] = () => this.rank.end();

  fail(reason: Error): void {
    this.life.end(reason);
    this.close();
  }

  close(): void {
    this.life.end(new AbortError('the ring is closed'));
    this.session?.runner.destroy();
    this.session?.device.destroy();
    this.session = undefined;
  }

  /** Destroys the device as a driver reset would. */
  async loseDevice(): Promise<void> {
    await this.session?.lose();
  }

  private async live(): Promise<Session> {
    if (this.session === undefined || this.session.isLost()) {
      this.session = await openSession(this.gpu, this.adapter);
    }
    return this.session;
  }
}
