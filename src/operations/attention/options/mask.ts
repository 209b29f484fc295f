import { isDeviceTensor, residentOf } from '../../../core/device-tensor.ts';
import { ShapeError } from '../../../core/errors.ts';
import { uniformStream } from '../../../core/random.ts';
import { describe, sizeOf } from '../../../core/tensor.ts';
import type { Source } from '../../../core/variant.ts';
import { rankOf } from './arguments.ts';
import { BROADCAST_HELP, broadcastElement, broadcastRow } from './broadcast.ts';
import type { OptionArguments } from './fields.ts';
import { MASKS, option } from './option.ts';
import type { ScoreStep } from './score-step.ts';

export const mask = option({
  name: 'mask',
  title: 'Mask',
  help: `hide a quarter of the scores by a mask: ${BROADCAST_HELP}`,
  flag: '--mask <of>',
  group: MASKS,
  ...broadcastRow('mask'),
  example: 'pairs',
  arguments: {
    mask(value) {
      const { shape, data } = requireMask(value);
      return { fields: { maskShape: shape }, data };
    },
  },
  file: {
    argument: 'mask',
    about: 'bool, 0 hides, broadcast',
    known: /^(mask|attn_?mask|attention_?mask)$/i,
    as: 'bytes',
  },
  condition: { name: 'MASK', about: 'hide keys by a mask tensor' },
  data: {
    name: 'mask',
    dtype: 'u8',
    count: ({ maskShape = [] }) => sizeOf(maskShape),
    // Hides one key in four.
    values({ maskShape = [] }, seed) {
      const uniform = uniformStream(seed + 5);
      return Uint8Array.from({ length: sizeOf(maskShape) }, () => (uniform() < 0.75 ? 1 : 0));
    },
  },
});

/** @throws ShapeError unless it is a well-formed tensor of bytes */
function requireMask(value: unknown): { readonly shape: readonly number[]; readonly data: Source } {
  rankOf('mask', value);
  const given = value as NonNullable<OptionArguments['mask']>;
  if (isDeviceTensor(given)) return { shape: given.shape, data: residentOf('mask', given, 'u8') };
  if (!(given.data instanceof Uint8Array))
    throw new ShapeError('mask.data', 'a Uint8Array', describe(given.data));
  if (given.data.length === sizeOf(given.shape)) return given;
  throw new ShapeError('mask.data', `${sizeOf(given.shape)} elements for its shape`, `${given.data.length}`);
}

export const maskStep: ScoreStep = {
  field: 'maskShape',
  onRow(problem, data, row) {
    const element = broadcastElement('mask', problem.maskShape ?? [], problem, row);
    return { score: (before, key) => (data.mask?.[element(key)] === 0 ? -Infinity : before) };
  },
};
