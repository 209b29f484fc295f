import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { argumentNames, requireKnown } from '../../../core/known-arguments.ts';
import { describe, requireShape, requireTensor, sizeOf, type FloatOperand } from '../../../core/tensor.ts';
import { USUAL_HASHING } from '../hashing.ts';
import { keysOfBlock, mostBlocks, summaryShape } from '../key-summary.ts';
import type { AttentionProblem } from '../problem.ts';
import { KEYS_OF_SCORE, type ChoiceMethod, type ChooseArgument, type Selection } from '../selected.ts';
import { HASHING_OPTIONS } from './hashing.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

const isMethod = (value: unknown): value is ChoiceMethod =>
  typeof value === 'string' && Object.hasOwn(KEYS_OF_SCORE, value);

const choose = option({
  name: 'choose',
  title: 'Keys chosen by',
  help: 'the best keys, as many as chosen keys says: by few channels (InfiniGen), bounds (Quest) or means (ShadowKV) of blocks; or samples by hash tables (MagicPIG)',
  flag: '--choose <method>',
  group: MASKS,
  control: {
    kind: 'choice',
    choices: [
      { value: 'none', label: 'Nobody: lists are given' },
      { value: 'channels', label: 'The largest channels (InfiniGen)' },
      { value: 'blocks', label: 'Bounds of blocks (Quest)' },
      { value: 'landmarks', label: 'Means of blocks (ShadowKV)' },
      { value: 'lsh', label: 'Samples by hash tables (MagicPIG)' },
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
  arguments: { choose: (value, problem) => readChoice(value, problem) },
  data: {
    name: 'keySummary',
    dtype: 'f32',
    when: ({ selected }) => selected?.by !== undefined && selected.summary === 'given',
    count: (problem) => sizeOf(summaryShape(problem)),
    // Seeded ones are those of the keys: see `givenSummary`.
    values: (problem) => new Float32Array(sizeOf(summaryShape(problem))),
  },
  check(problem) {
    const { selected, seqLenKV } = problem;
    if (selected?.by === undefined || selected.summary === undefined) return;
    const [most, fewest] = [mostBlocks(problem), 4 * keysOfBlock(problem)];
    const { blocks = most } = selected;
    if (isInteger(blocks, 4, most) && blocks % 4 === 0) return;
    const argument = selected.summary === 'given' ? 'choose.summary.shape' : 'choose.returnSummary';
    if (most === 0) throw new ShapeError(argument, `${fewest} keys or more to sum up`, `${seqLenKV} keys`);
    throw new ShapeError(
      argument,
      `a multiple of 4 up to ${most} blocks of ${seqLenKV} keys`,
      String(blocks),
    );
  },
});

const keptSummary = option({
  name: 'keptSummary',
  title: 'Summary kept',
  help: 'the bounds, means, channels or hashes of the keys are kept beside them, so that a step does not make them',
  flag: '--kept-summary',
  group: MASKS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { selected: '12', choose: 'blocks' },
  fields: [],
  arguments: {},
  apply(isKept, { selected }) {
    if (!isKept) return {};
    if (selected?.by === undefined)
      throw new ShapeError('keptSummary', 'given along with choose', 'no choice');
    return { selected: { ...selected, summary: 'given' } };
  },
});

/** Keys that the GPU chooses, and all that shapes the choice. */
export const CHOICE_OPTIONS = [choose, ...HASHING_OPTIONS, keptSummary];

const NAMES = argumentNames<ChooseArgument>({
  method: true,
  keys: true,
  bits: true,
  tables: true,
  seed: true,
  summary: true,
  returnSummary: true,
});

/** @throws ShapeError unless it is a method and a number of keys, and what else the method takes */
function readChoice(value: unknown, problem: AttentionProblem) {
  if (typeof value !== 'object' || value === null) {
    throw new ShapeError('choose', 'an object: { method, keys }', describe(value));
  }
  requireKnown(value, NAMES, { k: 'keys', by: 'method' });
  const { method, keys, summary, returnSummary = false, ...rest } = value as Partial<ChooseArgument>;
  if (!isMethod(method)) {
    throw new ShapeError('choose.method', Object.keys(KEYS_OF_SCORE).join(', '), describe(method));
  }
  if (typeof keys !== 'number' || !isInteger(keys, 1, MAX_REACH)) {
    throw new ShapeError('choose.keys', 'a whole number from 1 up', describe(keys));
  }
  if (typeof returnSummary !== 'boolean') {
    throw new ShapeError('choose.returnSummary', 'true or false', describe(returnSummary));
  }
  const isHashed = method === 'lsh';
  const odd = Object.entries<unknown>(rest).find(([, part]) => part !== undefined);
  if (odd !== undefined && !isHashed)
    throw new ShapeError(`choose.${odd[0]}`, "left out but for method 'lsh'", describe(odd[1]));
  const { bits = USUAL_HASHING.bits, tables = USUAL_HASHING.tables, seed = USUAL_HASHING.seed } = rest;
  const selected: Selection = {
    ...{ slots: keys, by: method },
    ...(isHashed && { hashing: { bits, tables, seed } }),
  };
  if (summary === undefined) {
    return { fields: { selected: { ...selected, ...(returnSummary && { summary: 'returned' as const }) } } };
  }
  if (returnSummary)
    throw new ShapeError('choose.returnSummary', 'left out where a summary is given', 'true');
  const given = requireSummary(summary, { ...problem, selected });
  const blocks = given.shape[3] ?? 0;
  return { fields: { selected: { ...selected, summary: 'given' as const, blocks } }, data: given.data };
}

/** @throws ShapeError unless it is a tensor of as many lines as the method makes, of some of the blocks */
function requireSummary(value: unknown, problem: AttentionProblem): FloatOperand {
  const summary = requireTensor('choose.summary', value, 4);
  const [batch = 0, heads = 0, lines = 0] = summaryShape(problem);
  requireShape('choose.summary', summary, [batch, heads, lines, summary.shape[3] ?? 0]);
  return summary;
}
