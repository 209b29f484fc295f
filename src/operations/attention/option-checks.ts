import { ShapeError } from '../../core/errors.ts';
import { formatShape, sizeOf } from '../../core/tensor.ts';
import { requireFinite } from '../../core/checks.ts';
import { checkModifiers } from './modifiers.ts';
import type { AttentionProblem } from './problem.ts';
import { reachOfKey, reachOfQuery } from './visibility.ts';

const NAMES = [
  ...(['window', 'softcap', 'alibi', 'sinks', 'biasShape', 'maskShape', 'seqLensKV'] as const),
  ...([
    'dtype',
    'scorePrecision',
    'cuSeqLensQ',
    'cuSeqLensKV',
    'scoreMod',
    'scoreModGrad',
    'maskMod',
  ] as const),
];

/** The options that were given: absent ones stay absent, in reports too. */
export function pickOptions(partial: Partial<AttentionProblem>): Partial<AttentionProblem> {
  return Object.fromEntries(
    NAMES.flatMap((name) => (partial[name] === undefined ? [] : [[name, partial[name]]])),
  );
}

/** @throws ShapeError naming the option, ShaderError if a modifier is more than a function's body */
export function checkOptions(problem: AttentionProblem): void {
  const dtypes: readonly unknown[] = [undefined, 'f16'];
  if (!dtypes.includes(problem.dtype))
    throw new ShapeError('dtype', "'f16', or absent for f32", String(problem.dtype));
  const precisions: readonly unknown[] = [undefined, 'two-term'];
  if (!precisions.includes(problem.scorePrecision)) {
    throw new ShapeError('scorePrecision', "'two-term', or absent for f32", String(problem.scorePrecision));
  }
  checkDocuments(problem);
  const { window, softcap, biasShape, maskShape, seqLensKV, batch, seqLenKV } = problem;
  if (window?.every((reach) => isInteger(reach, -1, Infinity)) === false) {
    throw new ShapeError('window', 'two integers from -1 up', `[${window.join(', ')}]`);
  }
  if (softcap !== undefined) {
    requireFinite('softcap', softcap);
    if (softcap <= 0) throw new ShapeError('softcap', 'a positive number', String(softcap));
  }
  if (biasShape !== undefined) broadcastStrides('bias', biasShape, problem);
  if (maskShape !== undefined) broadcastStrides('mask', maskShape, problem);
  if (seqLensKV !== undefined) {
    if (seqLensKV.length !== batch) {
      throw new ShapeError('seqLensKV', `${batch} lengths, one per batch entry`, `${seqLensKV.length}`);
    }
    for (const length of seqLensKV) {
      if (!isInteger(length, 0, seqLenKV)) {
        throw new ShapeError('seqLensKV', `integers from 0 to seqLenKV = ${seqLenKV}`, String(length));
      }
    }
  }
  checkModifiers(problem);
}

/** @throws ShapeError unless both are given, for as many documents, and never decrease */
function checkDocuments(problem: AttentionProblem): void {
  const { cuSeqLensQ, cuSeqLensKV, batch, seqLenQ, seqLenKV, seqLensKV } = problem;
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

const isInteger = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/**
 * Element strides of a tensor that is broadcast over [batch, numHeads, seqLenQ, seqLenKV], as in NumPy: missing
 * leading dimensions and those of extent 1 repeat.
 * @throws ShapeError if it cannot be broadcast
 */
export function broadcastStrides(
  argument: string,
  shape: readonly number[],
  { batch, numHeads, seqLenQ, seqLenKV }: AttentionProblem,
): readonly number[] {
  const target = [batch, numHeads, seqLenQ, seqLenKV];
  const padded = [...Array.from({ length: 4 - shape.length }, () => 1), ...shape];
  if (shape.length > 4 || padded.some((extent, axis) => extent !== 1 && extent !== target[axis])) {
    throw new ShapeError(
      `${argument}.shape`,
      `a shape that broadcasts over ${formatShape(target)}`,
      formatShape(shape),
    );
  }
  return padded.map((extent, axis) => (extent === 1 ? 0 : sizeOf(padded.slice(axis + 1))));
}

/** Floats for the kernels' `options` buffer. */
export interface OptionData {
  /** One per head. */
  readonly alibiSlopes?: ArrayLike<number> | undefined;
  /** One per head. */
  readonly sinks?: ArrayLike<number> | undefined;
}

/** Elements of the `options` buffer: slopes, sinks, lengths, and three numbers a token of packed documents. */
export function packedOptionsLength({ numHeads, batch, cuSeqLensQ, seqLenQ, seqLenKV }: AttentionProblem) {
  return 2 * numHeads + batch + (cuSeqLensQ === undefined ? 0 : 3 * (seqLenQ + seqLenKV));
}

/** Packs what is small into one buffer, because a stage may have no more than 8. Floats are held as their bits. */
export function packOptions(problem: AttentionProblem, { alibiSlopes, sinks }: OptionData): Uint32Array {
  const { numHeads, batch, seqLenQ, seqLenKV } = problem;
  const packed = new Uint32Array(packedOptionsLength(problem));
  const floats = new Float32Array(packed.buffer);
  if (problem.alibi === true) floats.set(Float32Array.from(alibiSlopes ?? []), 0);
  if (problem.sinks === true) floats.set(Float32Array.from(sinks ?? []), numHeads);
  packed.set(problem.seqLensKV ?? [], 2 * numHeads);
  if (problem.cuSeqLensQ !== undefined) {
    const reaches = [
      ...Array.from({ length: seqLenQ }, (_, i) => reachOfQuery(problem, 0, i)),
      ...Array.from({ length: seqLenKV }, (_, j) => reachOfKey(problem, 0, j)),
    ];
    reaches.forEach(({ first, end, diagonal }, index) => {
      packed.set([first, end, diagonal], 2 * numHeads + batch + 3 * index);
    });
  }
  return packed;
}

/** The slopes and sinks back out of the packed buffer, for the reference. */
export function unpackOptions({ numHeads }: AttentionProblem, packed: Uint32Array) {
  const floats = new Float32Array(packed.buffer, packed.byteOffset, 2 * numHeads);
  return { alibiSlopes: floats.subarray(0, numHeads), sinks: floats.subarray(numHeads) };
}

/** Whether a problem has anything for the `options` buffer. */
export const hasPackedOptions = ({ alibi, sinks, seqLensKV, cuSeqLensQ }: AttentionProblem): boolean =>
  alibi === true || sinks === true || seqLensKV !== undefined || cuSeqLensQ !== undefined;
