import { isDeviceTensor } from '../core/device-tensor.ts';
import { ShapeError, throwIfAborted, UnsupportedError } from '../core/errors.ts';
import { describe, floatTensor, requireTensor, type AnyTensor, type FloatTensor } from '../core/tensor.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../operations/contrastive/api.ts';
import type { CallOptions, LabApi } from '../worker/api.ts';

/** An encoder that sees a batch chunk by chunk. A chunk is whatever it takes: pixels, tokens, indices. */
export interface Tower<Chunk = unknown> {
  /** The batch in order, cut as memory demands. Chunks may have different numbers of rows. */
  readonly chunks: readonly Chunk[];
  /** The embeddings of a chunk, [rows, D]. Nothing that its backward needs has to be kept. */
  encode(chunk: Chunk): AnyTensor | Promise<AnyTensor>;
  /**
   * Encodes the chunk once more and adds the gradient of its embeddings, [rows, D], to those of the parameters. An encoder
   * that draws random numbers (dropout) has to draw them anew as before. Left out, the tower is frozen.
   * @param embeddings what `encode` gave
   */
  backward?(chunk: Chunk, gradient: FloatTensor, embeddings: AnyTensor): unknown;
  /** Bytes of activations that encoding this chunk, or its backward, holds at most. The library cannot see them; leave it out if you cannot either. */
  activationBytes?(chunk: Chunk): number;
}

/** Memory of one `contrastiveStep`, in bytes: the most of each kind that it holds at one time. */
export interface StepMemory {
  /** Activations of the largest chunk, where all towers tell them. Chunks are encoded one after another. */
  readonly activationBytes?: number;
  /** The embeddings of the whole batch, in f32: they grow with it. Tensors that encoders gave are held beside them until their backward. */
  readonly embeddingBytes: number;
  /** The gradients of these embeddings. */
  readonly gradientBytes: number;
  /** Workspace of the loss on its device. */
  readonly workspaceBytes: number;
}

/** The encoders of a step: of x alone for losses of one tensor. */
export interface Towers<X = unknown, Y = unknown> {
  readonly x: Tower<X>;
  readonly y?: Tower<Y>;
}

/** All arguments of `lab.contrastive` but the embeddings. Gradients of embeddings are those of towers with a backward. */
export type StepLoss = Omit<ContrastiveArgs, 'x' | 'y'>;

/** The result of `lab.contrastive` without the gradients of embeddings, which the towers have had. */
export type StepResult<Args extends StepLoss> = Omit<
  ContrastiveResult<Args & Pick<ContrastiveArgs, 'x'>>,
  'xGrad' | 'yGrad'
> & { readonly memory: StepMemory };

type Side = 'x' | 'y';

/**
 * One step of contrastive learning by gradient cache: encodes all chunks, takes the loss and the gradients of the
 * embeddings once over the whole batch, and plays each chunk back through its encoder. The gradients are those of the
 * whole batch at once, and activations of one chunk alone are alive at any time. Gao et al., "Scaling Deep Contrastive Learning
 * Batch Size under Memory Limited Setup" (2021).
 *
 * Errors of the encoders are passed on as they are. The signal is looked at between chunks.
 * @throws ShapeError naming a tower or chunk; as `lab.contrastive`
 */
export async function contrastiveStep<const Args extends StepLoss, X, Y>(
  lab: Pick<LabApi, 'contrastive' | 'download'>,
  args: Args & { readonly towers: Towers<X, Y> },
  options: CallOptions = {},
): Promise<StepResult<Args>> {
  const given: StepLoss & { readonly towers: Towers<X, Y> } = args;
  const { towers, gradients = ['logitScale'], ...loss } = given;
  if (options.keep === true) {
    throw new UnsupportedError('keep: the towers take gradients on the host, chunk by chunk', 'keep');
  }
  const { signal } = options;
  const sides = sidesOf(towers);
  const x = await encodeAll(lab, 'x', towers.x, signal);
  const y = towers.y && (await encodeAll(lab, 'y', towers.y, signal, x.whole.shape[1]));
  const learning = sides.filter((side) => towers[side]?.backward !== undefined);
  const others = gradients.filter((name) => name === 'logitScale' || name === 'logitBias');
  const whole: ContrastiveArgs = {
    ...loss,
    x: x.whole,
    ...(y && { y: y.whole }),
    gradients: [...learning, ...others],
  };
  const { xGrad, yGrad, ...result } = await lab.contrastive(whole, options);
  if (xGrad) await replay(towers.x, x, xGrad, signal);
  if (yGrad && y) await replay(towers.y, y, yGrad, signal);
  const held = [towers.x, towers.y].flatMap((tower) => (tower ? [activationsOf<X | Y>(tower)] : []));
  const memory: StepMemory = {
    ...(held.every((bytes) => bytes !== undefined) && { activationBytes: Math.max(...held) }),
    embeddingBytes: x.whole.data.byteLength + (y?.whole.data.byteLength ?? 0),
    gradientBytes: (xGrad?.data.byteLength ?? 0) + (yGrad?.data.byteLength ?? 0),
    workspaceBytes: result.run.workspaceBytes,
  };
  return { ...result, memory } as StepResult<Args>;
}

function activationsOf<Chunk>(tower: Tower<Chunk>): number | undefined {
  if (tower.activationBytes === undefined) return undefined;
  return Math.max(...tower.chunks.map((chunk) => tower.activationBytes?.(chunk) ?? 0));
}

function sidesOf(towers: unknown): Side[] {
  if (typeof towers !== 'object' || towers === null || !('x' in towers)) {
    throw new ShapeError('towers', '{ x, y }, or { x } for a loss of one tensor', describe(towers));
  }
  return 'y' in towers && towers.y !== undefined ? ['x', 'y'] : ['x'];
}

/** The embeddings of a whole tower, end to end, and those of each chunk as its encoder gave them. */
interface Encoded {
  readonly whole: FloatTensor;
  readonly parts: readonly { readonly embeddings: AnyTensor; readonly rows: number }[];
}

/** @param width that of the other tower */
async function encodeAll<Chunk>(
  lab: Pick<LabApi, 'download'>,
  side: Side,
  tower: Tower<Chunk>,
  signal: AbortSignal | undefined,
  width?: number,
): Promise<Encoded> {
  requireTower(side, tower);
  const values: Float32Array[] = [];
  const parts: { embeddings: AnyTensor; rows: number }[] = [];
  let embedDim = width;
  for (const [index, chunk] of tower.chunks.entries()) {
    throwIfAborted(signal);
    const embeddings = await tower.encode(chunk);
    const name = `towers.${side}.chunks[${index}]`;
    const { shape, data } = requireTensor(name, await onHost(lab, embeddings), 2);
    const [rows = 0, dim = 0] = shape;
    embedDim ??= dim;
    if (dim !== embedDim)
      throw new ShapeError(name, `embeddings ${embedDim} wide, as all others are`, `${dim}`);
    if (!(data instanceof Float32Array)) throw new ShapeError(name, 'values', 'a handle');
    values.push(data);
    parts.push({ embeddings, rows });
  }
  throwIfAborted(signal);
  const numRows = parts.reduce((sum, { rows }) => sum + rows, 0);
  return { whole: floatTensor([numRows, embedDim ?? 0], joined(values)), parts };
}

function requireTower(side: Side, tower: unknown): void {
  const {
    chunks,
    encode,
    backward,
    activationBytes,
  }: { chunks?: unknown; encode?: unknown; backward?: unknown; activationBytes?: unknown } =
    typeof tower === 'object' && tower !== null ? tower : {};
  if (!Array.isArray(chunks) || chunks.length === 0) {
    const got = Array.isArray(chunks) ? 'an empty list' : describe(chunks);
    throw new ShapeError(`towers.${side}.chunks`, 'a list of at least one chunk', got);
  }
  if (typeof encode !== 'function') {
    throw new ShapeError(`towers.${side}.encode`, 'a function', describe(encode));
  }
  if (backward !== undefined && typeof backward !== 'function') {
    throw new ShapeError(`towers.${side}.backward`, 'a function', describe(backward));
  }
  if (activationBytes !== undefined && typeof activationBytes !== 'function') {
    throw new ShapeError(`towers.${side}.activationBytes`, 'a function', describe(activationBytes));
  }
}

const onHost = async (lab: Pick<LabApi, 'download'>, embeddings: AnyTensor): Promise<unknown> =>
  isDeviceTensor(embeddings) ? lab.download(embeddings) : embeddings;

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Gives each chunk the gradient of its embeddings, a copy that it may keep or hand on. */
async function replay<Chunk>(
  tower: Tower<Chunk>,
  { parts, whole }: Encoded,
  gradient: FloatTensor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const width = whole.shape[1] ?? 0;
  let first = 0;
  for (const [index, { embeddings, rows }] of parts.entries()) {
    throwIfAborted(signal);
    const own = gradient.data.slice(first * width, (first + rows) * width);
    first += rows;
    await tower.backward?.(tower.chunks[index] as Chunk, floatTensor([rows, width], own), embeddings);
  }
}
