import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError, OutOfMemoryError, UnsupportedError } from '../../../core/errors.ts';
import { largestBuffer } from '../../../measure/device.ts';
import type { Checkpoint } from '../../../train/checkpoint.ts';
import type { TowerDevice } from '../../../train/load-jax.ts';
import { MAX_BATCH } from '../../../train/pairs.ts';
import type { HeldOutResult, Trainer, TrainStep } from '../../../train/trainer.ts';
import type { LabClient } from '../../../worker/api.ts';
import { towersDevice, type TrainPlan } from './settings.ts';
import { turns } from './turns.ts';

/** A step of the curve. */
export interface CurveStep extends TrainStep {
  readonly batch: number;
  readonly ms: number;
}

/** Recall that was measured on the way. */
export interface RecallPoint {
  readonly step: number;
  readonly samples: number;
  /** Pictures found by words, and words found by a picture. */
  readonly byWords: number;
  readonly byPicture: number;
}

/** All that one run has shown so far. */
export interface Shown {
  readonly steps: CurveStep[];
  /** Steps of the second pair of towers, which learn by the naive kernels. */
  readonly naive: CurveStep[];
  /** Why naive has ended, and at which batch. */
  naiveEnd: { readonly batch: number; readonly error: unknown } | undefined;
  readonly recalls: RecallPoint[];
  heldOut: HeldOutResult | undefined;
}

export type TrainingState = 'idle' | 'loading' | 'running' | 'paused' | 'failed';

/** Steps between two measurements of recall. */
const EVERY = 10;
/** Held-out pairs among which it looks. */
export const AMONG = 64;

const nothingYet = (): Shown => ({
  steps: [],
  naive: [],
  naiveEnd: undefined,
  recalls: [],
  heldOut: undefined,
});

/** Owns the towers of a page and the loop that trains them. */
export class TrainingController implements ReactiveController {
  state: TrainingState = 'idle';
  error: unknown;
  shown: Shown = nothingYet();
  trainer: Trainer | undefined;
  /** Where the towers compute. */
  device: TowerDevice | undefined;
  private naive: Trainer | undefined;
  private plan: TrainPlan | undefined;
  private stop: AbortController | undefined;
  private working = Promise.resolve();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.pause();
    void this.working.then(() => {
      this.drop();
    });
  }

  /** Begins anew, from the first parameters of the seed. */
  start(lab: LabClient, plan: TrainPlan): Promise<void> {
    return this.anew(async () => {
      await this.open(lab, plan);
      await this.loop(plan.steps);
    });
  }

  /** Takes over towers of a file, from which it can go on. */
  restore(lab: LabClient, plan: TrainPlan, checkpoint: Checkpoint): Promise<void> {
    return this.anew(async () => {
      await this.open(lab, plan, checkpoint);
      this.become('paused');
    });
  }

  private async anew(work: () => Promise<void>): Promise<void> {
    this.pause();
    await this.working;
    this.drop();
    this.shown = nothingYet();
    this.error = undefined;
    this.become('loading');
    this.working = this.guarded(work);
    await this.working;
  }

  /** Goes on after a pause, for as many steps as it was asked for. */
  async resume(): Promise<void> {
    const { plan, state } = this;
    if (plan === undefined || state !== 'paused') return;
    this.working = this.guarded(() => this.loop(plan.steps));
    await this.working;
  }

  /** Ends the step that is being made, which changes nothing then. */
  pause(): void {
    this.stop?.abort();
  }

  private async open(lab: LabClient, plan: TrainPlan, checkpoint?: Checkpoint): Promise<void> {
    // jax-js and the towers come with the first training.
    const [{ loadJax }, { Trainer }, { limited }] = await Promise.all([
      import('../../../train/load-jax.ts'),
      import('../../../train/trainer.ts'),
      import('../../../train/memory-limit.ts'),
    ]);
    const { jax, device } = await loadJax(towersDevice(plan.towers, lab.device));
    const limit = Math.min(plan.limitBytes, largestBuffer(lab.device));
    const breathe = turns();
    const trainer = (variant: string) =>
      new Trainer(jax, limited(lab, lab.device, limit), { ...plan.settings, variant, breathe });
    this.plan = plan;
    this.device = device;
    this.trainer = trainer('tiled');
    if (plan.beside) this.naive = trainer('naive');
    if (checkpoint !== undefined) {
      this.trainer.restore(checkpoint);
      this.naive?.restore(checkpoint);
    }
    await this.measure(this.trainer);
  }

  private async loop(steps: number): Promise<void> {
    const { trainer, plan } = this;
    if (trainer === undefined || plan === undefined) return;
    const { signal } = (this.stop = new AbortController());
    this.become('running');
    for (let made = 0; made < steps; made++) {
      this.grow(trainer, plan);
      this.shown.steps.push(await timed(trainer, signal));
      await this.besides(trainer.steps, signal);
      if (trainer.steps % EVERY === 0 || made === steps - 1) await this.measure(trainer);
      this.host.requestUpdate();
    }
    this.become('paused');
  }

  /** Gives both the batch of their next step: it doubles every so many steps, up to all the data. */
  private grow(trainer: Trainer, { settings, growth }: TrainPlan): void {
    if (growth === undefined) return;
    trainer.batch = Math.min(settings.batch * 2 ** Math.floor(trainer.steps / growth), MAX_BATCH);
    if (this.naive !== undefined) this.naive.batch = trainer.batch;
  }

  /** Lets naive make the steps that it is behind: one, or two after a pause between the two. */
  private async besides(steps: number, signal: AbortSignal): Promise<void> {
    const { naive } = this;
    if (naive === undefined) return;
    try {
      while (naive.steps < steps) this.shown.naive.push(await timed(naive, signal));
    } catch (error) {
      if (!(error instanceof OutOfMemoryError || error instanceof UnsupportedError)) throw error;
      this.shown.naiveEnd = { batch: naive.batch, error };
      naive.dispose();
      this.naive = undefined;
    }
  }

  private async measure(trainer: Trainer): Promise<void> {
    const heldOut = await trainer.heldOut(AMONG);
    const { rows, cols } = heldOut.recall;
    this.shown.heldOut = heldOut;
    this.shown.recalls.push({
      step: trainer.steps,
      samples: trainer.samples,
      byWords: cols,
      byPicture: rows,
    });
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof AbortError) {
        this.become('paused');
        return;
      }
      this.error = error;
      this.become('failed');
    }
  }

  private drop(): void {
    this.trainer?.dispose();
    this.naive?.dispose();
    [this.trainer, this.naive] = [undefined, undefined];
  }

  private become(state: TrainingState): void {
    this.state = state;
    this.host.requestUpdate();
  }
}

async function timed(trainer: Trainer, signal: AbortSignal): Promise<CurveStep> {
  const start = performance.now();
  const { batch } = trainer;
  const step = await trainer.step({ signal });
  return { ...step, batch, ms: performance.now() - start };
}
