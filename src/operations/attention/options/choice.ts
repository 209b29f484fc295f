import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { describe } from '../../../core/tensor.ts';
import { KEYS_OF_SCORE, type ChoiceMethod, type ChooseArgument } from '../selected.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

const isMethod = (value: unknown): value is ChoiceMethod =>
  typeof value === 'string' && Object.hasOwn(KEYS_OF_SCORE, value);

export const choose = option({
  name: 'choose',
  title: 'Keys chosen by',
  help: 'the best keys, as many as chosen keys says: by few channels (InfiniGen), bounds (Quest) or means (ShadowKV) of blocks',
  flag: '--choose <method>',
  group: MASKS,
  control: {
    kind: 'choice',
    choices: [
      { value: 'none', label: 'Nobody: lists are given' },
      { value: 'channels', label: 'The largest channels (InfiniGen)' },
      { value: 'blocks', label: 'Bounds of blocks (Quest)' },
      { value: 'landmarks', label: 'Means of blocks (ShadowKV)' },
    ],
  },
  example: 'channels',
  exampleWith: { selected: '12' },
  // It shapes the field of `selected`.
  fields: [],
  apply(method, { selected }) {
    if (!isMethod(method)) return {};
    if (selected === undefined)
      throw new ShapeError('choose', 'given along with selected', 'no number of keys');
    return { selected: { ...selected, by: method } };
  },
  arguments: {
    choose(value) {
      const { method, keys } = requireChoice(value);
      return { fields: { selected: { slots: keys, by: method } } };
    },
  },
});

/** @throws ShapeError unless it is a method and a number of keys */
function requireChoice(value: unknown): ChooseArgument {
  if (typeof value !== 'object' || value === null) {
    throw new ShapeError('choose', 'an object: { method, keys }', describe(value));
  }
  const { method, keys } = value as Partial<ChooseArgument>;
  if (!isMethod(method)) {
    throw new ShapeError('choose.method', Object.keys(KEYS_OF_SCORE).join(', '), describe(method));
  }
  if (typeof keys === 'number' && isInteger(keys, 1, MAX_REACH)) return { method, keys };
  throw new ShapeError('choose.keys', 'a whole number from 1 up', describe(keys));
}
