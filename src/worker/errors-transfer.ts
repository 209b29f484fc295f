import * as Comlink from 'comlink';
import {
  AbortError,
  DeviceLostError,
  LOSSES_OF_DEVICE,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  TilewiseError,
  UnsupportedError,
} from '../core/errors.ts';

interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string => String(value);

const REBUILD: Readonly<Record<string, (fields: ErrorRecord['fields'], message: string) => TilewiseError>> = {
  ShapeError: (f) => new ShapeError(text(f['argument']), text(f['expected']), text(f['got'])),
  UnsupportedError: ({ reason, argument }) =>
    new UnsupportedError(text(reason), argument === undefined ? undefined : text(argument)),
  OutOfMemoryError: (f) =>
    new OutOfMemoryError(text(f['buffer']), Number(f['bytesAsked']), Number(f['bytesLimit'])),
  ShaderError: (f) =>
    new ShaderError(text(f['file']), Number(f['line']), Number(f['column']), text(f['detail'])),
  DeviceLostError: (f) =>
    new DeviceLostError(
      text(f['reason']),
      LOSSES_OF_DEVICE.find((kind) => kind === f['kind']),
    ),
  AbortError: (_f, message) => new AbortError(message),
};

/** Flattens anything thrown into plain data. */
export function packError(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof Error))
    return { name: 'Error', message: String(thrown), stack: undefined, fields: {} };
  const fields = thrown instanceof TilewiseError ? thrown.fields() : {};
  return { name: thrown.name, message: thrown.message, stack: thrown.stack, fields };
}

/** Rebuilds the error with its class and fields. */
export function unpackError({ name, message, stack, fields }: ErrorRecord): Error {
  const error = REBUILD[name]?.(fields, message) ?? Object.assign(new Error(message), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Comlink's own handler for thrown values keeps only name, message and stack. Call once on each side. */
export function keepErrorTypes(): void {
  const own = Comlink.transferHandlers.get('throw');
  if (own === undefined) throw new Error('this Comlink has no handler for thrown values');
  Comlink.transferHandlers.set('throw', {
    canHandle: (value): value is { value: unknown } => own.canHandle(value),
    serialize: (thrown: { value: unknown }) => [packError(thrown.value), []],
    deserialize: (record: ErrorRecord) => {
      throw unpackError(record);
    },
  });
}
