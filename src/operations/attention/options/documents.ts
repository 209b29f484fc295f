import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import type { AttentionProblem } from '../problem.ts';
import { reachLists, wholeExtents } from '../shard.ts';
import { reachOfKey, reachOfQuery } from '../visibility.ts';
import { lengthsIn } from './arguments.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

export const documents = option({
  name: 'documents',
  title: 'Packed documents',
  help: 'lengths in tokens of documents that are packed into one sequence and do not see one another: 24,8 is repeated until the sequence is full',
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
  // A shard's tokens have reaches of their own, as those of documents do.
  fields: ['cuSeqLensQ', 'cuSeqLensKV', 'shard'],
  arguments: {
    cuSeqLensQ: (value) => ({ fields: { cuSeqLensQ: lengthsIn('cuSeqLensQ', value) } }),
    cuSeqLensKV: (value) => ({ fields: { cuSeqLensKV: lengthsIn('cuSeqLensKV', value) } }),
  },
  condition: {
    name: 'DOCUMENTS',
    about: 'queries and keys are packed documents that do not see one another',
  },
  data: {
    name: 'reaches',
    dtype: 'i32',
    packed: true,
    // Three numbers a token: what it sees of the other side, and where it stands there.
    count: (problem) => 3 * reachLists(problem) * (problem.seqLenQ + problem.seqLenKV),
    values: (problem) =>
      Int32Array.from(
        Array.from({ length: reachLists(problem) }, (_list, entry) => [
          ...Array.from({ length: problem.seqLenQ }, (_, i) => reachOfQuery(problem, entry, i)),
          ...Array.from({ length: problem.seqLenKV }, (_, j) => reachOfKey(problem, entry, j)),
        ])
          .flat()
          .flatMap(({ first, end, diagonal }) => [first, end, diagonal]),
      ),
  },
  random(_, { seqLenQ, seqLenKV }) {
    const starts = (total: number) => [0, Math.floor(total / 3), Math.floor(total / 2), total];
    return { cuSeqLensQ: starts(seqLenQ), cuSeqLensKV: starts(seqLenKV) };
  },
  check: checkDocuments,
});

/** Where documents of these lengths start, repeated until `total` tokens are full; last, where they end. */
function startsOf(lengths: readonly number[], total: number): number[] {
  const starts = [0];
  for (let at = 0, index = 0; at < total; index++) {
    at = Math.min(total, at + Math.max(1, lengths[index % lengths.length] ?? total));
    starts.push(at);
  }
  return starts;
}

/** @throws ShapeError unless both are given, for as many documents, and never decrease */
function checkDocuments(problem: AttentionProblem): void {
  const { cuSeqLensQ, cuSeqLensKV, batch, seqLensKV } = problem;
  const { seqLenQ, seqLenKV } = wholeExtents(problem);
  if (cuSeqLensQ === undefined && cuSeqLensKV === undefined) return;
  if (cuSeqLensQ === undefined) throw new ShapeError('cuSeqLensQ', 'given along with cuSeqLensKV', 'nothing');
  if (cuSeqLensKV === undefined)
    throw new ShapeError('cuSeqLensKV', 'given along with cuSeqLensQ', 'nothing');
  if (batch !== 1) throw new ShapeError('batch', '1: documents are packed into one entry', String(batch));
  if (seqLensKV !== undefined) {
    throw new ShapeError('seqLensKV', 'absent: cuSeqLensKV says where documents end', 'a list');
  }
  checkStarts('cuSeqLensQ', cuSeqLensQ, 'seqLenQ', seqLenQ);
  checkStarts('cuSeqLensKV', cuSeqLensKV, 'seqLenKV', seqLenKV);
  if (cuSeqLensQ.length !== cuSeqLensKV.length) {
    const documents = cuSeqLensQ.length - 1;
    throw new ShapeError(
      'cuSeqLensKV',
      `${documents + 1} numbers for ${documents} documents`,
      `${cuSeqLensKV.length}`,
    );
  }
}

function checkStarts(argument: string, starts: readonly number[], name: string, total: number): void {
  if (starts.length < 2 || starts[0] !== 0 || starts.at(-1) !== total) {
    throw new ShapeError(argument, `numbers from 0 to ${name} = ${total}`, `[${starts.join(', ')}]`);
  }
  starts.forEach((start, index) => {
    if (!isInteger(start, starts[index - 1] ?? 0, total)) {
      throw new ShapeError(argument, 'integers that never decrease', `[${starts.join(', ')}]`);
    }
  });
}
