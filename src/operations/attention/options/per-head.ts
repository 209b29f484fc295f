import type { OptionKernel } from '../../../core/option-kernel.ts';
import type { AttentionArgs } from '../api.ts';
import type { AttentionProblem } from '../problem.ts';
import { perHead } from './arguments.ts';
import type { OptionFields } from './fields.ts';

/** Fields that say no more than that an option is there. */
type Flag = {
  [Field in keyof OptionFields]-?: boolean extends OptionFields[Field] ? Field : never;
}[keyof OptionFields];

/**
 * The kernels' part of an option that is one number per head: an argument, a field that says that it is there, small data.
 * @param values seeded ones
 */
export const headNumbers = <Argument extends keyof AttentionArgs>(
  field: Flag,
  argument: Argument,
  values: (numHeads: number, seed: number) => Float32Array,
): Required<Pick<OptionKernel<AttentionProblem, Argument>, 'arguments' | 'data' | 'random'>> => {
  const fields: Partial<OptionFields> = { [field]: true };
  const read = (value: unknown, { numHeads }: AttentionProblem) => ({
    fields,
    data: perHead(argument, value, numHeads),
  });
  return {
    arguments: { [argument]: read } as Record<Argument, typeof read>,
    data: {
      name: argument,
      dtype: 'f32',
      packed: true,
      count: ({ numHeads }) => numHeads,
      values: ({ numHeads }, seed) => values(numHeads, seed),
    },
    random: () => fields,
  };
};
