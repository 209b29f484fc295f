import { normals, uniformStream } from '../../src/core/random.ts';

/** Random choices that a seed repeats. */
export class Random {
  private readonly uniform: () => number;

  constructor(readonly seed: number) {
    this.uniform = uniformStream(seed);
  }

  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** Each field with a chance of one in three. */
  some(fields: object): object {
    return Object.fromEntries(Object.entries(fields).filter(() => this.below(3) === 0));
  }

  tensor(...shape: number[]) {
    const size = shape.reduce((a, b) => a * b, 1);
    return { shape, data: normals(size, this.seed + size) };
  }
}
