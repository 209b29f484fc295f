import { normals } from '../core/random.ts';
import { floatTensor, sizeOf, type FloatTensor } from '../core/tensor.ts';
import { activationBytes } from './activation-bytes.ts';
import { adam } from './adam.ts';
import { EMBED_DIM, type Jax, type JaxArray, type Network, type Params } from './towers.ts';

/** The values of an encoder, by name: parameters, and both moments of Adam as `name.m` and `name.v`. */
export type State = Readonly<Record<string, FloatTensor>>;

/** A network with its parameters, and what learning them needs. */
export class Encoder {
  private params: Params;
  private first: Params;
  private second: Params;
  private gradients: Params;
  private readonly run: (params: Params, inputs: JaxArray) => JaxArray;
  private readonly pull: (params: Params, inputs: JaxArray, gradient: JaxArray, sums: Params) => Params;
  private readonly move: ReturnType<typeof adam>;
  private readonly activations = new Map<number, number>();

  constructor(
    private readonly jax: Jax,
    private readonly network: Network,
    seed: number,
  ) {
    this.params = this.filled((shape, at) => initial(shape, seed + at));
    [this.first, this.second, this.gradients] = [this.zeros(), this.zeros(), this.zeros()];
    this.run = jax.jit((params: Params, inputs: JaxArray) => network.apply(jax, params, inputs));
    this.pull = jax.jit((params: Params, inputs: JaxArray, gradient: JaxArray, sums: Params) => {
      const [embeddings, back] = jax.vjp((given: Params) => network.apply(jax, given, inputs), [params]);
      embeddings.dispose();
      const [found] = back(gradient);
      return jax.tree.map((one: JaxArray, sum: JaxArray) => one.add(sum), found, sums);
    });
    this.move = adam(jax);
  }

  /** [rows, EMBED_DIM] of inputs end to end. */
  async encode(inputs: Float32Array, rows: number): Promise<FloatTensor> {
    const embeddings = this.run(
      this.jax.tree.ref(this.params),
      this.array(inputs, [rows, ...this.network.inputShape]),
    );
    return floatTensor([rows, EMBED_DIM], await values(embeddings));
  }

  /** Bytes of inputs and activations that `backward` holds at most for so many rows. */
  activationBytes(rows: number): number {
    const known = this.activations.get(rows);
    if (known !== undefined) return known;
    const bytes = activationBytes(this.jax, this.network, rows);
    this.activations.set(rows, bytes);
    return bytes;
  }

  /** Encodes inputs once more and adds the gradient of their embeddings, through `vjp`, to those of the parameters. */
  async backward(inputs: Float32Array, { shape, data }: FloatTensor): Promise<void> {
    const [rows = 0] = shape;
    this.gradients = this.pull(
      this.jax.tree.ref(this.params),
      this.array(inputs, [rows, ...this.network.inputShape]),
      this.array(data, [rows, EMBED_DIM]),
      this.gradients,
    );
    await this.jax.blockUntilReady(this.gradients);
  }

  /** The square of the norm of all gradients together. */
  async gradientNorm2(): Promise<number> {
    const all = await Promise.all(this.jax.tree.leaves(this.jax.tree.ref(this.gradients)).map(values));
    return all.reduce((sum, each) => each.reduce((total, value) => total + value * value, sum), 0);
  }

  /** Moves the parameters by one step of Adam, the `step`-th from 1 on, and forgets the gradients. */
  update(step: number, rate: number): void {
    const moved = this.move(
      { params: this.params, first: this.first, second: this.second },
      this.gradients,
      step,
      rate,
    );
    ({ params: this.params, first: this.first, second: this.second } = moved);
    this.gradients = this.zeros();
  }

  /** Forgets the gradients without a step. */
  dropGradients(): void {
    this.jax.tree.dispose(this.gradients);
    this.gradients = this.zeros();
  }

  async state(): Promise<State> {
    const parts = [
      ['', this.params],
      ['.m', this.first],
      ['.v', this.second],
    ] as const;
    const entries = parts.flatMap(([ending, params]) =>
      Object.entries(params).map(
        async ([name, array]) => [name + ending, floatTensor(array.shape, await values(array.ref))] as const,
      ),
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Takes over a state, whose names and shapes were checked with `shapes`. */
  restore(state: State): void {
    for (const params of [this.params, this.first, this.second]) this.jax.tree.dispose(params);
    const part = (ending: string): Params =>
      this.filled((_, __, name) => state[name + ending]?.data ?? new Float32Array());
    [this.params, this.first, this.second] = [part(''), part('.m'), part('.v')];
    this.dropGradients();
  }

  /** The shape of each value of a state. */
  shapes(): Readonly<Record<string, readonly number[]>> {
    const parts = ['', '.m', '.v'].flatMap((ending) =>
      Object.entries(this.network.shapes).map(([name, shape]) => [name + ending, shape] as const),
    );
    return Object.fromEntries(parts);
  }

  dispose(): void {
    for (const params of [this.params, this.first, this.second, this.gradients])
      this.jax.tree.dispose(params);
  }

  private filled(valuesOf: (shape: readonly number[], at: number, name: string) => Float32Array): Params {
    const entries = Object.entries(this.network.shapes).map(
      ([name, shape], at) => [name, this.array(valuesOf(shape, at, name), shape)] as const,
    );
    return Object.fromEntries(entries);
  }

  private zeros(): Params {
    return this.filled((shape) => new Float32Array(sizeOf(shape)));
  }

  private array(data: Float32Array, shape: readonly number[]): JaxArray {
    return this.jax.numpy.array(new Float32Array(data), { shape: [...shape] });
  }
}

/** Weights are normal with the variance 2 / inputs (He et al. 2015), biases 0. */
function initial(shape: readonly number[], seed: number): Float32Array {
  const [inputs = 0] = shape;
  if (shape.length === 1) return new Float32Array(sizeOf(shape));
  return normals(sizeOf(shape), seed).map((value) => value * Math.sqrt(2 / inputs));
}

async function values(array: JaxArray): Promise<Float32Array> {
  const data: unknown = await array.data();
  if (!(data instanceof Float32Array)) throw new RangeError('parameters and embeddings are of f32');
  return data;
}
