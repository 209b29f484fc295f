import { BASIC, optionsOf } from '../../../core/option.ts';
import { BROADCAST_NAMES, BROADCASTS, type Broadcast, type Extents } from '../broadcast.ts';
import type { AttentionProblem, CausalAlignment } from '../problem.ts';
import { startsOf } from './documents.ts';

const option = optionsOf<AttentionProblem>();

/** Longer than any sequence. */
const MAX_REACH = 2 ** 24;
const MASKS = 'Masks';

/** Of a bias or mask. */
export const BROADCAST_CHOICES = [
  { value: 'none', label: 'None' },
  { value: 'keys', label: 'One per batch entry and key' },
  { value: 'pairs', label: 'One per query and key' },
  { value: 'heads', label: 'One per head, query and key' },
  { value: 'full', label: 'One per score' },
] as const;

export const BROADCAST_HELP =
  'one value a key (keys), a query and key (pairs), a head, query and key (heads), or a score (full)';

/** The shape of a bias or mask on a problem whose extents may still be missing. */
export function broadcastShape(
  name: string,
  before: Partial<AttentionProblem>,
): readonly number[] | undefined {
  const { batch = 1, numHeads = 1, seqLenQ = 1, seqLenKV = seqLenQ } = before;
  const extents: Extents = { batch, numHeads, seqLenQ, seqLenKV };
  const isKnown = (text: string): text is Broadcast => BROADCAST_NAMES.some((known) => known === text);
  return isKnown(name) ? BROADCASTS[name](extents) : undefined;
}

export const causal = option({
  name: 'causal',
  title: 'Causal mask',
  help: 'no query sees later keys; bottom-right (the last query sees the last key) or top-left',
  flag: '--causal [alignment]',
  group: BASIC,
  control: {
    kind: 'choice',
    choices: [
      { value: 'off', label: 'Off: all keys are seen' },
      { value: 'bottom-right', label: 'Bottom-right: ends aligned' },
      { value: 'top-left', label: 'Top-left: starts aligned' },
    ],
  },
  bare: 'bottom-right',
  example: 'top-left',
  apply: (value) => ({ causal: value === 'off' ? false : (value as CausalAlignment) }),
});

export const MASK_OPTIONS = [
  causal,
  option({
    name: 'window',
    title: 'Window',
    help: 'tokens seen before and after the diagonal, as 128, 0; -1 is all; one number: before it, and none after',
    flag: '--window <left,right>',
    group: MASKS,
    control: { kind: 'counts', least: -1, most: MAX_REACH, atMost: 2 },
    unset: 'all keys',
    example: '16, 4',
    apply: ([left = -1, right = 0]) => ({ window: [left, right] }),
  }),
  option({
    name: 'mask',
    title: 'Mask',
    help: `hide a quarter of the scores by a mask: ${BROADCAST_HELP}`,
    flag: '--mask <of>',
    group: MASKS,
    control: { kind: 'choice', choices: BROADCAST_CHOICES },
    alsoCalled: ['maskShape', 'mask.shape'],
    example: 'pairs',
    apply(name, before) {
      const maskShape = broadcastShape(name, before);
      return maskShape ? { maskShape } : {};
    },
  }),
  option({
    name: 'seqLensKV',
    title: 'Valid keys',
    help: 'valid keys, one number per batch entry',
    flag: '--key-lengths <numbers>',
    group: MASKS,
    control: { kind: 'counts', most: MAX_REACH },
    unset: 'all',
    example: '5',
    exampleWith: { batch: '1' },
  }),
  option({
    name: 'documents',
    title: 'Packed documents',
    help: 'lengths of documents packed into one sequence, none of which sees another: repeated until it is full, keys in proportion',
    flag: '--documents <numbers>',
    group: MASKS,
    control: { kind: 'counts', least: 1, most: MAX_REACH },
    unset: 'one',
    alsoCalled: ['cuSeqLensQ', 'cuSeqLensKV'],
    example: '24, 8',
    exampleWith: { batch: '1' },
    apply(lengths, { seqLenQ = 1, seqLenKV = seqLenQ }) {
      const cuSeqLensQ = startsOf(lengths, seqLenQ);
      const cuSeqLensKV = cuSeqLensQ.map((start) => Math.round((start * seqLenKV) / seqLenQ));
      return { cuSeqLensQ, cuSeqLensKV };
    },
  }),
];
