import { DeviceLostError, type LossOfDevice } from '../core/errors.ts';

/** The longest time that a timer can take; browsers cut a longer one to nothing. */
const LONGEST_MS = 2 ** 31 - 1;

/** A watchdog timer: unless it is restarted in time, it calls `bite` with a DeviceLostError. */
export class Watch {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms it stays silent at most; Infinity for ever */
  constructor(
    private readonly ms: number,
    private readonly because: string,
    private readonly kind: LossOfDevice,
    private readonly bite: (error: DeviceLostError) => void,
  ) {}

  restart(): void {
    this.stop();
    if (this.ms > LONGEST_MS) return;
    this.timer = setTimeout(() => {
      this.bite(new DeviceLostError(`no sign of life for ${this.ms / 1000} s: ${this.because}`, this.kind));
    }, this.ms);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
