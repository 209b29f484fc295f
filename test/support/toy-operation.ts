import { singleCall } from '../../src/core/call.ts';
import { requireArray, requireCount } from '../../src/core/checks.ts';
import { compare } from '../../src/core/deviation.ts';
import type { Operation } from '../../src/core/operation.ts';
import { BASIC } from '../../src/core/option.ts';
import { floatBuffer, read, readWrite, u32 } from '../../src/core/plan.ts';
import { normals } from '../../src/core/random.ts';
import { requireTensor, type Tensor } from '../../src/core/tensor.ts';
import { plainWords } from '../../src/core/words.ts';
import { registerOperation, type OperationId } from '../../src/operations/index.ts';

interface Toy {
  readonly count: number;
}

/** The sum of some numbers: an operation in a few lines, to see what the list alone makes of one. */
export const toy: Operation<Toy, { readonly numbers: Tensor }, { readonly sum: number }> = {
  id: 'toy-sum',
  title: 'A sum',
  family: 'toy-sum',
  variants: [
    {
      id: 'naive',
      title: 'One workgroup',
      idea: 'Add everything up in one workgroup.',
      params: [],
      defaults: () => ({}),
      supports: () => true,
      plan: ({ count }) => ({
        buffers: [floatBuffer('input', 'numbers', count), floatBuffer('output', 'sum', 1)],
        passes: [
          {
            label: 'sum',
            shader: 'reduce/sum',
            conditions: {},
            constants: { WORKGROUP_SIZE: 64 },
            uniforms: [u32('count', count)],
            bindings: [...read({ terms: 'numbers' }), ...readWrite({ total: 'sum' })],
            workgroups: 1,
            flops: count,
          },
        ],
      }),
    },
  ],
  options: [
    {
      name: 'count',
      title: 'Numbers',
      help: 'how many numbers there are',
      flag: '--count <n>',
      group: BASIC,
      control: { kind: 'count', most: 1e6 },
      initial: '64',
      sizes: { usual: [16, 64, 256], initial: { cpu: '16, 64', gpu: '64, 256' } },
      example: '9',
    },
  ],
  problem: ({ count = 1 }) => {
    requireCount('count', count);
    return { count };
  },
  example: { count: 64 },
  flops: ({ count }) => count,
  matrixBytes: () => 0,
  tuningClass: () => [],
  inputs: ({ count }, seed) => ({ numbers: normals(count, seed) }),
  verify({ count }, inputs, outputs) {
    let expected = 0;
    for (const value of requireArray(inputs, 'numbers')) expected += value;
    // Numbers of both signs cancel.
    const pair = { actual: requireArray(outputs, 'sum'), expected: [expected], floor: Math.sqrt(count) };
    return compare([pair], 1e-5, 'all of it');
  },
  words: plainWords('count'),
  bench: {
    sized: (count) => ({ count }),
    cases: () => [{ problem: { count: 1000 }, takesOptions: true }],
  },
  call({ numbers }) {
    const { shape, data } = requireTensor('numbers', numbers, 1);
    return singleCall({ problem: { count: shape[0] ?? 0 }, inputs: { numbers: data } }, ({ outputs }) => ({
      sum: requireArray(outputs, 'sum')[0] ?? NaN,
    }));
  },
};

/** Puts the toy on the list, once, and tells its id as one of the list's. Files share the list: each takes the toy off again. */
export function registerToy(): { readonly id: OperationId; readonly unregister: () => void } {
  return { unregister: registerOperation(toy), id: toy.id as OperationId };
}
