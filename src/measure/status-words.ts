import { formatBytes } from './format.ts';
import type { Result, Status } from './report.ts';

/** The outcome of a result in a word or two, where a reason has no room. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  ok: 'correct',
  wrong: 'WRONG',
  failed: 'failed',
  unsupported: 'unsupported',
  'out-of-memory': 'out of memory',
};

/** Why a result that is not `ok` has no figures: `not supported: …`. */
export function whyNot({ status, reason, memory }: Result): string {
  switch (status) {
    case 'out-of-memory':
      return memory
        ? `out of memory: ${memory.buffer} asks for ${formatBytes(memory.bytesAsked)}, the device allows ${formatBytes(memory.bytesLimit)}`
        : `out of memory: ${reason ?? 'an allocation failed'}`;
    case 'wrong':
      return `WRONG, not ranked: ${reason ?? 'the output misses its bound'}`;
    case 'failed':
      return `FAILED: ${reason ?? 'no reason was given'}`;
    case 'unsupported':
      return `not supported: ${reason ?? 'no reason was given'}`;
    case 'ok':
      return '';
  }
}
