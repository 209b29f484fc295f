import type { Jax, JaxArray, Params } from './towers.ts';

const [BETA1, BETA2, EPSILON] = [0.9, 0.99, 1e-8];

/** Parameters, and the running means of their gradients and of the squares of these. */
export type Moving = Record<'params' | 'first' | 'second', Params>;

/**
 * One step of Adam on all parameters, compiled by jax-js as a whole. Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015).
 * Optax for jax-js is not in the npm registry, so the step is written out here.
 * @returns a step, which uses up its arrays. `step` counts from 1.
 */
export function adam(jax: Jax): (moving: Moving, gradients: Params, step: number, rate: number) => Moving {
  const { map, ref } = jax.tree;
  const mean = (weight: number) => (old: JaxArray, now: JaxArray) => old.mul(weight).add(now.mul(1 - weight));
  const square = (gradient: JaxArray) => gradient.ref.mul(gradient);
  const compiled = jax.jit(
    (
      { params, first, second }: Moving,
      gradients: Params,
      rate: JaxArray,
      scales: Record<'first' | 'second', JaxArray>,
    ): Moving => {
      const means: Params = map(mean(BETA1), first, ref(gradients));
      const squares: Params = map(mean(BETA2), second, map(square, gradients));
      const move = (param: JaxArray, mean: JaxArray, square: JaxArray) => {
        const size = jax.numpy.sqrt(square.mul(scales.second.ref)).add(EPSILON);
        return param.sub(mean.mul(scales.first.ref).div(size).mul(rate.ref));
      };
      const moved: Params = map(move, params, ref(means), ref(squares));
      jax.tree.dispose([rate, scales.first, scales.second]);
      return { params: moved, first: means, second: squares };
    },
  );
  const scalar = (value: number): JaxArray => jax.numpy.array(Float32Array.of(value), { shape: [1] });
  return (moving, gradients, step, rate) =>
    compiled(moving, gradients, scalar(rate), {
      first: scalar(1 / (1 - BETA1 ** step)),
      second: scalar(1 / (1 - BETA2 ** step)),
    });
}

/** A number that is learnt by the same rule, on the host, in f32: it, and the means of its gradient and of the square. */
export class LearntNumber {
  readonly state = new Float32Array(3);

  constructor(value: number) {
    this.state[0] = value;
  }

  get value(): number {
    return this.state[0] ?? 0;
  }

  move(gradient: number, step: number, rate: number): void {
    const [value = 0, first = 0, second = 0] = this.state;
    const [mean, square] = [
      BETA1 * first + (1 - BETA1) * gradient,
      BETA2 * second + (1 - BETA2) * gradient * gradient,
    ];
    const size = Math.sqrt(square / (1 - BETA2 ** step)) + EPSILON;
    this.state.set([value - (rate * mean) / (1 - BETA1 ** step) / size, mean, square]);
  }
}
