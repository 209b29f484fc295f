import { LearntNumber } from './adam.ts';
import { requireValues, type Checkpoint } from './checkpoint.ts';
import { Encoder } from './encoder.ts';
import { countsOf, HELD_OUT, Pairs, picturesOf, textsOf, type Pair, type Place } from './pairs.ts';
import { trainSettings, type TrainSettings } from './settings.ts';
import { recallAt1, similarities, type RecallAt1 } from './similarity.ts';
import { pictureNetwork, wordNetwork, type Jax } from './towers.ts';
import { ShapeError } from '../core/errors.ts';
import type { Run } from '../core/run.ts';
import { floatTensor, type FloatTensor } from '../core/tensor.ts';
import { lossOf } from '../operations/contrastive/losses/index.ts';
import type { CallOptions, LabApi } from '../worker/api.ts';
import { contrastiveStep, type StepMemory, type Tower } from '../recipes/contrastive-step.ts';

/** The calls of a lab that training makes. */
export type TrainingLab = Pick<LabApi, 'contrastive' | 'download'>;

export interface TrainerOptions extends Partial<TrainSettings> {
  /** The kernels' variant of the loss; by default the fastest that is built. */
  readonly variant?: string;
  /** Awaited between chunks, so that a page stays responsive. */
  readonly breathe?: () => Promise<void>;
}

/** A step that was made. */
export interface TrainStep {
  /** From 1 up. */
  readonly step: number;
  /** Loss of the batch, before the step. */
  readonly loss: number;
  readonly temperature: number;
  /** Pairs seen so far, each time anew. */
  readonly samples: number;
  /** The call that found the loss and its gradients. */
  readonly run: Run;
  /** Bytes of activations, embeddings, gradients and workspace that the step held. */
  readonly memory: StepMemory;
}

/** Recall on pairs whose descriptions training never saw, and what it was read from. */
export interface HeldOutResult {
  /** Rows are pictures, columns are words. */
  readonly recall: RecallAt1;
  readonly similarities: FloatTensor;
}

/** One side of some pairs, which its tower encodes at a time. */
interface Chunk {
  readonly side: 'pictures' | 'words';
  readonly pairs: readonly Pair[];
}

/** The scale is not learnt beyond this, as in CLIP. */
const MAX_SCALE = 100;
/** SigLIP begins with a bias, since nearly all pairs are negatives (Zhai et al. 2023). */
const FIRST_BIAS = -10;

/** Two towers that learn from pictures and their descriptions, with the losses and gradients of a lab. */
export class Trainer {
  readonly settings: TrainSettings;
  readonly pairs: Pairs;
  /** Steps made. */
  steps = 0;
  samples = 0;
  place: Place = { epoch: 0, at: 0 };
  /** Pairs of the next steps. */
  batch: number;
  private readonly pictures: Encoder;
  private readonly words: Encoder;
  private readonly logScale: LearntNumber;
  private readonly bias: LearntNumber;
  private readonly variant: string | undefined;
  private readonly breathe: () => Promise<void>;

  /** @throws ShapeError naming a setting that makes no sense */
  constructor(
    jax: Jax,
    private readonly lab: TrainingLab,
    { variant, breathe = () => Promise.resolve(), ...given }: TrainerOptions = {},
  ) {
    this.settings = trainSettings(given);
    const { seed, temperature, loss } = this.settings;
    this.batch = this.settings.batch;
    this.variant = variant;
    this.breathe = breathe;
    this.pairs = new Pairs(seed);
    this.pictures = new Encoder(jax, pictureNetwork, seed);
    this.words = new Encoder(jax, wordNetwork, seed + 100);
    this.logScale = new LearntNumber(-Math.log(temperature));
    this.bias = new LearntNumber(lossOf(loss).options.includes('logitBias') ? FIRST_BIAS : 0);
  }

  /** Learns from the next batch. An aborted step changes nothing. @throws AbortError, and as `lab.contrastive` */
  async step(options: Pick<CallOptions, 'signal'> = {}): Promise<TrainStep> {
    const { pairs, next } = this.pairs.batch(this.place, this.batch);
    const found = await this.gradients(pairs, options);
    const step = this.steps + 1;
    const { learningRate, fixedTemperature } = this.settings;
    const temperature = 1 / this.scale;
    this.pictures.update(step, learningRate);
    this.words.update(step, learningRate);
    if (!fixedTemperature) {
      this.logScale.move(found.logitScaleGrad * this.scale, step, learningRate);
      this.logScale.state[0] = Math.min(this.logScale.value, Math.log(MAX_SCALE));
    }
    if (found.logitBiasGrad !== undefined) this.bias.move(found.logitBiasGrad, step, learningRate);
    this.steps = step;
    this.samples += pairs.length;
    this.place = next;
    return {
      step,
      loss: found.loss,
      temperature,
      samples: this.samples,
      run: found.run,
      memory: found.memory,
    };
  }

  /**
   * The square of the norm of the towers' gradient over some pairs. Nothing is learnt.
   * @throws AbortError, and as `lab.contrastive`
   */
  async gradientNorm2(pairs: readonly Pair[], options: Pick<CallOptions, 'signal'> = {}): Promise<number> {
    await this.gradients(pairs, options);
    const norm2 = (await this.pictures.gradientNorm2()) + (await this.words.gradientNorm2());
    this.pictures.dropGradients();
    this.words.dropGradients();
    return norm2;
  }

  /**
   * Recall@1 among held-out pairs.
   * @param rows how many, from 2 to all that are held out @throws ShapeError
   */
  async heldOut(rows = 64): Promise<HeldOutResult> {
    if (!(Number.isInteger(rows) && rows >= 2 && rows <= HELD_OUT)) {
      throw new ShapeError('heldOut', `2 to ${HELD_OUT} pairs`, String(rows));
    }
    const pairs = this.pairs.heldOut.slice(0, rows);
    const pictures = await this.embedPictures(pairs);
    const words = await this.embedTexts(textsOf(pairs));
    const matrix = similarities(pictures, words);
    return { recall: recallAt1(matrix), similarities: matrix };
  }

  /** [pairs, EMBED_DIM] */
  embedPictures(pairs: readonly Pair[]): Promise<FloatTensor> {
    return this.inChunks(pairs, (some) => this.pictures.encode(picturesOf(some), some.length));
  }

  /** [texts, EMBED_DIM]. Words that are not known count as nothing. */
  embedTexts(texts: readonly string[]): Promise<FloatTensor> {
    return this.inChunks(texts, (some) => this.words.encode(countsOf(some), some.length));
  }

  /** All that it takes to go on later as if it had never stopped. */
  async checkpoint(): Promise<Checkpoint> {
    const { settings, steps, samples, batch, place } = this;
    const sides = { pictures: await this.pictures.state(), words: await this.words.state() };
    const entries = Object.entries(sides).flatMap(([side, state]) =>
      Object.entries(state).map(([name, value]) => [`${side}.${name}`, value] as const),
    );
    const numbers = Object.entries(this.numbers).map(
      ([name, { state }]) => [name, floatTensor([state.length], state.slice())] as const,
    );
    return {
      settings,
      progress: { steps, samples, batch, place },
      values: Object.fromEntries([...entries, ...numbers]),
    };
  }

  /** Goes on where another trainer of the same settings was saved. @throws DataError naming a value that does not fit */
  restore({ values, progress }: Pick<Checkpoint, 'values' | 'progress'>): void {
    const shapesOf = (side: 'pictures' | 'words') =>
      Object.entries(this[side].shapes()).map(([name, shape]) => [`${side}.${name}`, shape] as const);
    const numbers = Object.entries(this.numbers);
    requireValues(values, {
      ...Object.fromEntries([...shapesOf('pictures'), ...shapesOf('words')]),
      ...Object.fromEntries(numbers.map(([name, { state }]) => [name, [state.length]])),
    });
    for (const side of ['pictures', 'words'] as const) {
      const own = Object.entries(values).filter(([name]) => name.startsWith(`${side}.`));
      this[side].restore(
        Object.fromEntries(own.map(([name, value]) => [name.slice(side.length + 1), value])),
      );
    }
    for (const [name, { state }] of numbers) state.set(values[name]?.data ?? []);
    ({ steps: this.steps, samples: this.samples, batch: this.batch, place: this.place } = progress);
  }

  dispose(): void {
    this.pictures.dispose();
    this.words.dispose();
  }

  /** The numbers that are learnt beside the towers. */
  private get numbers(): Readonly<Record<string, LearntNumber>> {
    return { logScale: this.logScale, bias: this.bias };
  }

  private get scale(): number {
    return Math.exp(this.logScale.value);
  }

  /** The loss over some pairs; the towers hold its gradient. */
  private async gradients(pairs: readonly Pair[], { signal }: Pick<CallOptions, 'signal'>) {
    const { loss } = this.settings;
    const { oneTensor, labels, options } = lossOf(loss);
    const chunks = this.cut(pairs);
    const pictures = chunks.map((some): Chunk => ({ side: 'pictures', pairs: some }));
    const words = chunks.map((some): Chunk => ({ side: 'words', pairs: some }));
    // Losses of one tensor take pictures and words as two views: row i and row i + N are a pair.
    const towers =
      oneTensor === true
        ? { x: this.tower([...pictures, ...words]) }
        : { x: this.tower(pictures), y: this.tower(words) };
    const ownBias = options.includes('logitBias');
    try {
      return await contrastiveStep(
        this.lab,
        {
          towers,
          loss,
          normalize: true,
          logitScale: this.scale,
          ...(ownBias && { logitBias: this.bias.value }),
          ...(labels === 'classes' && oneTensor === true && { labels: classesOf(pairs) }),
          gradients: ownBias ? ['logitScale', 'logitBias'] : ['logitScale'],
        },
        { ...(signal && { signal }), ...(this.variant !== undefined && { variant: this.variant }) },
      ).then(({ loss, logitScaleGrad = 0, logitBiasGrad, run, memory }) => ({
        ...{ loss, logitScaleGrad, run, memory },
        ...(logitBiasGrad !== undefined && { logitBiasGrad }),
      }));
    } catch (error) {
      this.pictures.dropGradients();
      this.words.dropGradients();
      throw error;
    }
  }

  private tower(chunks: readonly Chunk[]): Tower<Chunk> {
    const inputsOf = ({ side, pairs }: Chunk) =>
      side === 'pictures' ? picturesOf(pairs) : countsOf(textsOf(pairs));
    return {
      chunks,
      encode: async (chunk) => {
        await this.breathe();
        return this[chunk.side].encode(inputsOf(chunk), chunk.pairs.length);
      },
      activationBytes: ({ side, pairs }) => this[side].activationBytes(pairs.length),
      backward: async (chunk, gradient) => {
        await this.breathe();
        await this[chunk.side].backward(inputsOf(chunk), gradient);
      },
    };
  }

  private cut<T>(items: readonly T[]): T[][] {
    const { chunk } = this.settings;
    const count = Math.ceil(items.length / chunk);
    return Array.from({ length: count }, (_, at) => items.slice(at * chunk, (at + 1) * chunk));
  }

  private async inChunks<T>(
    items: readonly T[],
    encode: (some: readonly T[]) => Promise<FloatTensor>,
  ): Promise<FloatTensor> {
    const parts: FloatTensor[] = [];
    for (const some of this.cut(items)) {
      await this.breathe();
      parts.push(await encode(some));
    }
    const width = parts[0]?.shape[1] ?? 0;
    const data = new Float32Array(items.length * width);
    parts.reduce((at, part) => {
      data.set(part.data, at);
      return at + part.data.length;
    }, 0);
    return floatTensor([items.length, width], data);
  }
}

/** Each description is a class of two: its picture and its words. */
const classesOf = (pairs: readonly Pair[]): number[] => {
  const descriptions = pairs.map(({ description }) => description);
  return [...descriptions, ...descriptions];
};
