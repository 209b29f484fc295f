import { DeviceLostError, type LossOfDevice } from '../core/errors.ts';

/** A timer that has to be restarted again and again: `ended` rejects with DeviceLostError once it was not. */
export class Watch {
  readonly ended: Promise<never>;
  private reject: (error: DeviceLostError) => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms it stays silent at most; Infinity for ever */
  constructor(
    private readonly ms: number,
    private readonly because: string,
    private readonly kind: LossOfDevice,
  ) {
    this.ended = new Promise((_resolve, reject) => (this.reject = reject));
    this.ended.catch(() => undefined);
  }

  restart(): void {
    this.stop();
    if (this.ms === Infinity) return;
    this.timer = setTimeout(() => {
      this.reject(new DeviceLostError(`no sign of life for ${this.ms / 1000} s: ${this.because}`, this.kind));
    }, this.ms);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
