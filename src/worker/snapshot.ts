import { ShapeError } from '../core/errors.ts';
import { describe } from '../core/tensor.ts';

/** An argument as it was when its call was made. */
export interface Snapshot<T> {
  readonly value: T;
  /** The buffers of its typed arrays. Nobody else has them, so they can be moved to a worker instead of copied. */
  readonly buffers: readonly ArrayBuffer[];
}

/** The name of an operation's whole argument in errors: only one operation takes a list, which is of states. */
export const rootOf = (args: unknown): string => (Array.isArray(args) ? 'states' : '');

/** No argument is nested deeper. */
const MAX_DEPTH = 32;

const PLAIN = 'plain data: numbers, texts, typed arrays, and lists and objects of these';

/**
 * Copies an argument, so that changing it after the call changes nothing. The copy is plain data that can be posted to a
 * worker, whatever the argument was made of, and has no more of a large buffer than a view shows.
 *
 * @param name in errors: the name of the argument, if it is not an object of named ones
 * @param transfer moves the buffers of typed arrays into the snapshot, which leaves the caller's arrays empty;
 * those that cannot be moved are copied
 * @throws ShapeError naming the place of something that is not plain data
 */
export function snapshot<T>(argument: T, name = '', transfer = false): Snapshot<T> {
  const mover = new Mover();
  // Refused as a whole before anything is moved.
  if (transfer) copyOf(argument, name, new Map(), (view, path) => mover.look(view, path));
  const buffers = new Set<ArrayBuffer>();
  const value = copyOf(argument, name, new Map(), (view, path) => {
    const taken = mover.move(view, path) ?? copyView(view, path);
    buffers.add(taken.buffer as ArrayBuffer);
    return taken;
  });
  return { value: value as T, buffers: [...buffers] };
}

type TakeView = (view: ArrayBufferView, path: string) => ArrayBufferView;

/** @param copies of what was met before, which may stand in several places */
function copyOf(
  value: unknown,
  path: string,
  copies: Map<object, object>,
  take: TakeView,
  depth = 0,
): unknown {
  const refuse = (got: string) => new ShapeError(path === '' ? 'args' : path, PLAIN, got);
  if (typeof value === 'function' || typeof value === 'symbol') throw refuse(describe(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw refuse(`something nested more than ${MAX_DEPTH} deep`);
  const known = copies.get(value);
  if (known !== undefined) return known;
  const inner = (part: unknown, at: string) => copyOf(part, at, copies, take, depth + 1);
  let copy: object;
  try {
    if (ArrayBuffer.isView(value)) copy = take(value, path);
    else if (Array.isArray(value)) {
      const list: readonly unknown[] = value;
      copy = list.every(isPrimitive) ? [...list] : list.map((part, at) => inner(part, `${path}[${at}]`));
    } else if (Object.prototype.toString.call(value) === '[object Object]') {
      const parts = Object.entries(value).map(([key, part]: [string, unknown]) => [
        key,
        inner(part, path === '' ? key : `${path}.${key}`),
      ]);
      copy = Object.fromEntries(parts) as object;
    } else throw refuse(describe(value));
  } catch (error) {
    // Getters and proxies run code of the caller's own.
    throw error instanceof ShapeError ? error : refuse(`something that cannot be read (${String(error)})`);
  }
  copies.set(value, copy);
  return copy;
}

const isPrimitive = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string';

interface ViewClass {
  readonly name: string;
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayBufferView;
}

const VIEWS: readonly ViewClass[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView],
];

/** A view of that kind, without what a subclass adds. @throws ShapeError on a kind that no call takes */
function viewLike(
  view: ArrayBufferView,
  path: string,
  buffer: ArrayBuffer,
  at = 0,
  bytes = view.byteLength,
): ArrayBufferView {
  const kind = Object.prototype.toString.call(view).slice(8, -1);
  const View = VIEWS.find(({ name }) => name === kind);
  if (View === undefined) throw new ShapeError(path, PLAIN, kind);
  return new View(buffer, at, bytes / (View.BYTES_PER_ELEMENT ?? 1));
}

function copyView(view: ArrayBufferView, path: string): ArrayBufferView {
  const { buffer } = new Uint8Array(bytesOf(view, path));
  return viewLike(view, path, buffer);
}

/** @throws ShapeError if the buffer was handed over to somebody else before */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView, path: string): Uint8Array {
  try {
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch {
    throw new ShapeError(path, 'an array with its buffer', 'one whose buffer was transferred (detached)');
  }
}

/** Moves buffers with all their views. Those are looked at before: views of a buffer that has moved are empty. */
class Mover {
  private readonly seen = new Map<
    ArrayBufferView,
    Pick<Uint8Array, 'buffer' | 'byteOffset' | 'byteLength'>
  >();
  private readonly moved = new Map<ArrayBufferLike, ArrayBuffer | undefined>();

  /** @throws ShapeError if the view has no buffer any more */
  look(view: ArrayBufferView, path: string): ArrayBufferView {
    const { buffer, byteOffset, byteLength } = bytesOf(view, path);
    this.seen.set(view, { buffer, byteOffset, byteLength });
    return viewLike(view, path, new ArrayBuffer(0), 0, 0);
  }

  /** The view on the buffer's new place; nothing if it was not looked at, or cannot be moved. */
  move(view: ArrayBufferView, path: string): ArrayBufferView | undefined {
    const { buffer, byteOffset, byteLength } = this.seen.get(view) ?? {};
    if (buffer === undefined) return undefined;
    if (!this.moved.has(buffer)) this.moved.set(buffer, moveBuffer(buffer));
    const target = this.moved.get(buffer);
    return target && viewLike(view, path, target, byteOffset, byteLength);
  }
}

/** Nothing where a buffer cannot be moved: it is shared, may be resized, or belongs to WebAssembly. */
function moveBuffer(buffer: ArrayBufferLike): ArrayBuffer | undefined {
  if (!(buffer instanceof ArrayBuffer) || ('resizable' in buffer && buffer.resizable === true))
    return undefined;
  try {
    return structuredClone(buffer, { transfer: [buffer] });
  } catch {
    return undefined;
  }
}
