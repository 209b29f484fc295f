import { problemExtent, seriesOf } from '../src/measure/describe.ts';
import { formatBytes, formatError, formatMs, formatMsInterval, formatNumber } from '../src/measure/format.ts';
import type { Comparison, Result } from '../src/measure/report.ts';

/** One row of the table of results, as text, for the terminal and the page alike. */
export interface Cells {
  readonly size: string;
  readonly variant: string;
  /** Figures, or why there are none. */
  readonly content: { readonly figures: Readonly<Record<Figure, string>> } | { readonly instead: string };
  readonly workspace: string;
  readonly error: string;
  readonly tone: Tone;
}

/** `bad` must catch the eye; `limit` is a finding about the device, not a failure. */
export type Tone = 'good' | 'bad' | 'limit';

/** Headings of the figures that a correct result has. */
export const FIGURES = ['time', '95 % interval', 'versus naive', 'GFLOP/s', '% matmul'] as const;

export type Figure = (typeof FIGURES)[number];

/** Headings of all columns. */
export const COLUMNS = ['size', 'variant', ...FIGURES, 'workspace', 'error (bound)'] as const;

/** Columns whose figures line up at the right. */
export function isNumeric(column: string): boolean {
  return ['size', 'time', '95 % interval', 'GFLOP/s', '% matmul', 'workspace'].includes(column);
}

export function cellsOf(result: Result): Cells {
  const { error, workspaceBytes, status } = result;
  return {
    size: problemExtent(result),
    variant: seriesOf(result),
    content: status === 'ok' ? { figures: figuresOf(result) } : { instead: whyNot(result) },
    workspace: status === 'out-of-memory' || workspaceBytes === undefined ? '–' : formatBytes(workspaceBytes),
    error: error ? `${formatError(error.relL2)} (${formatError(error.bound)})` : '–',
    tone: status === 'ok' ? 'good' : status === 'wrong' || status === 'failed' ? 'bad' : 'limit',
  };
}

/** `4.2× faster (4.0–4.4)`; the direction is in words, so that 0.5 never has to be thought about. */
export function formatComparison({ ratio, low, high, verdict }: Comparison): string {
  if (verdict === 'slower') return `${formatNumber(1 / ratio)}× slower (${range(1 / high, 1 / low)})`;
  if (verdict === 'faster') return `${formatNumber(ratio)}× faster (${range(low, high)})`;
  return `${verdict} (${range(low, high)}×)`;
}

const range = (low: number, high: number): string => `${formatNumber(low)}–${formatNumber(high)}`;

function figuresOf(result: Result): Record<Figure, string> {
  const { time, versusBaseline, gflops, percentOfMatmul } = result;
  return {
    time: time ? formatMs(time.medianMs) : '–',
    '95 % interval': time ? formatMsInterval(time.medianMs, time.lowMs, time.highMs) : '–',
    'versus naive': versusBaseline
      ? formatComparison(versusBaseline)
      : (result.label ?? result.variant) === result.baseline
        ? 'baseline'
        : '–',
    'GFLOP/s': gflops === undefined ? '–' : formatNumber(gflops),
    '% matmul': percentOfMatmul === undefined ? '–' : `${Math.round(percentOfMatmul)} %`,
  };
}

function whyNot({ status, reason, memory }: Result): string {
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
