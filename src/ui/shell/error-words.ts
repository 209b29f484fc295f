import {
  DeviceLostError,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  UnsupportedError,
  messageOf,
} from '../../core/errors.ts';
import { formatBytes } from '../../measure/format.ts';

/** An error in words for the reader of a page, with a way out. */
export interface ErrorWords {
  readonly title: string;
  readonly detail: string;
}

export function errorWords(error: unknown): ErrorWords {
  if (error instanceof DeviceLostError) {
    return {
      title: 'The GPU device was lost',
      detail: `${error.reason} Results that were final are kept below; the next run gets a new device.`,
    };
  }
  if (error instanceof OutOfMemoryError) {
    const { buffer, bytesAsked, bytesLimit } = error;
    return {
      title: 'Memory wall',
      detail: `The buffer “${buffer}” asks for ${formatBytes(bytesAsked)}; this device allows ${formatBytes(bytesLimit)}.`,
    };
  }
  if (error instanceof ShaderError) {
    return { title: 'A shader does not compile', detail: error.message };
  }
  if (error instanceof ShapeError) {
    return {
      title: `${error.argument} cannot be that`,
      detail: `Expected ${error.expected}, got ${error.got}.`,
    };
  }
  if (error instanceof UnsupportedError) return { title: 'Not supported', detail: error.reason };
  return { title: 'The run failed', detail: messageOf(error) };
}
