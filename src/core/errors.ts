/** Every error Tilewise throws on purpose. Fields survive the trip across the worker boundary. */
export abstract class TilewiseError extends Error {
  abstract override readonly name: string;
  /** The fields that, with `name` and `message`, rebuild this error elsewhere. */
  abstract fields(): Readonly<Record<string, unknown>>;
}

/** An argument has the wrong shape, length or value. Thrown before anything reaches the GPU. */
export class ShapeError extends TilewiseError {
  override readonly name = 'ShapeError';
  constructor(
    readonly argument: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${argument}: expected ${expected}, got ${got}`);
  }
  fields() {
    return { argument: this.argument, expected: this.expected, got: this.got };
  }
}

/** The request is well formed, but this variant, device or version cannot serve it. */
export class UnsupportedError extends TilewiseError {
  override readonly name = 'UnsupportedError';
  constructor(
    readonly reason: string,
    /** The argument that cannot be served, where it is one. */
    readonly argument?: string,
  ) {
    super(reason);
  }
  fields() {
    return { reason: this.reason, ...(this.argument !== undefined && { argument: this.argument }) };
  }
}

/** A buffer is larger than the device allows, or an allocation failed. Sizes in bytes. */
export class OutOfMemoryError extends TilewiseError {
  override readonly name = 'OutOfMemoryError';
  constructor(
    readonly buffer: string,
    readonly bytesAsked: number,
    readonly bytesLimit: number,
  ) {
    super(`buffer "${buffer}" asks for ${bytesAsked} bytes; the limit is ${bytesLimit} bytes`);
  }
  fields() {
    return { buffer: this.buffer, bytesAsked: this.bytesAsked, bytesLimit: this.bytesLimit };
  }
}

/** A shader did not link or compile. `line` and `column` are 1-based, in the `.wesl` source. */
export class ShaderError extends TilewiseError {
  override readonly name = 'ShaderError';
  constructor(
    readonly file: string,
    readonly line: number,
    readonly column: number,
    readonly detail: string,
  ) {
    super(`${file}:${line}:${column}: ${detail}`);
  }
  fields() {
    return { file: this.file, line: this.line, column: this.column, detail: this.detail };
  }
}

/** How a device is lost: as WebGPU tells it, or with its worker, which hung or crashed, or none was given at all. */
export const LOSSES_OF_DEVICE = ['destroyed', 'unknown', 'hung', 'crashed', 'not-given'] as const;
export type LossOfDevice = (typeof LOSSES_OF_DEVICE)[number];

/** The device was lost while this call ran. The next call gets a new device. */
export class DeviceLostError extends TilewiseError {
  override readonly name = 'DeviceLostError';
  constructor(
    /** In words. */
    readonly reason: string,
    readonly kind: LossOfDevice = 'unknown',
  ) {
    super(`the GPU device was lost: ${reason}`);
  }
  fields() {
    return { reason: this.reason, kind: this.kind };
  }
}

/** Whether a kernel was cut off because it gave no sign of life. */
export const isHang = (error: unknown): boolean => error instanceof DeviceLostError && error.kind === 'hung';

/** The call was cancelled through its `AbortSignal`. */
export class AbortError extends TilewiseError {
  override readonly name = 'AbortError';
  constructor(message = 'the call was aborted') {
    super(message);
  }
  fields() {
    return {};
  }
}

/** Throws `AbortError` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortError();
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
