import {
  formatBytes,
  formatError,
  formatGflops,
  formatMs,
  formatMsInterval,
  formatNumber,
  formatTiles,
} from '../../../measure/format.ts';
import type { Report, Result } from '../../../measure/report.ts';
import { verdictWords } from './words.ts';

/** A figure of one pane: the value, and the numbers that it was made from. */
export interface Figure {
  readonly value: string;
  readonly from?: string;
}

/** One figure of all panes. */
export interface FigureRow {
  readonly name: string;
  /** How it is worked out. */
  readonly formula: string;
  of(result: Result): Figure | undefined;
}

/** What a comparison tells, each figure with its formula; only what was correct is timed. @param baseline its name */
export function figureRows(matmul: Report['matmul'], baseline: string): FigureRow[] {
  return [
    {
      name: 'Correct',
      formula: '‖output − float64‖₂ / ‖float64‖₂ ≤ bound, the largest over the outputs',
      of: ({ status, error }) => ({
        value: status === 'ok' ? 'correct' : STATUS_WORDS[status],
        ...(error && {
          from: `${formatError(error.relL2)} ≤ ${formatError(error.bound)}, ${error.coverage}`,
        }),
      }),
    },
    {
      name: 'Time',
      formula: 'median over the rounds of (span / repetitions), with its 95 % interval',
      of: ({ time }) =>
        time && {
          value: formatMs(time.medianMs),
          from: `${formatMsInterval(time.medianMs, time.lowMs, time.highMs)}; ${time.samples} rounds × ${time.repetitions}, ${time.source === 'timestamp' ? 'GPU' : 'wall'} clock`,
        },
    },
    {
      name: `Versus ${baseline}`,
      formula: `median over the rounds of (time of ${baseline} / time), rounds paired`,
      of: ({ versusBaseline, variant, label = variant, time }) =>
        versusBaseline
          ? {
              value: versusBaseline.verdict,
              from: verdictWords(versusBaseline, time?.samples ?? 0, baseline),
            }
          : label === baseline
            ? { value: 'the baseline' }
            : undefined,
    },
    {
      name: 'Throughput',
      formula: 'useful FLOP / median time',
      of: ({ gflops, flops, time }) =>
        gflops === undefined || !time
          ? undefined
          : {
              value: formatGflops(gflops),
              from: `${formatNumber(flops / 1e9)} GFLOP / ${formatMs(time.medianMs)}`,
            },
    },
    {
      name: '% of matmul',
      formula: 'throughput / that of the best plain matrix product on this device',
      of: ({ gflops }) =>
        gflops === undefined || !matmul
          ? undefined
          : {
              value: `${formatNumber((100 * gflops) / matmul.gflops)} %`,
              from: `of ${formatGflops(matmul.gflops)}, matmul ${matmul.size}³`,
            },
    },
    {
      name: 'Executed',
      formula: 'FLOP of all passes / useful FLOP: what recomputing costs',
      of: ({ executedFlops, flops }) =>
        executedFlops === undefined
          ? undefined
          : {
              value: `${formatNumber(executedFlops / flops)} ×`,
              from: `${formatNumber(executedFlops / 1e9)} / ${formatNumber(flops / 1e9)} GFLOP`,
            },
    },
    {
      name: 'Workspace',
      formula: 'bytes of all buffers that are neither input nor output',
      of: ({ workspaceBytes }) =>
        workspaceBytes === undefined
          ? undefined
          : { value: workspaceBytes === 0 ? 'none' : formatBytes(workspaceBytes) },
    },
    {
      name: 'Tiles visited',
      formula: 'tiles of the score matrix, over all heads / those of a dense run',
      of: ({ tiles }) => tiles && { value: formatTiles(tiles), from: `${tiles.visited} / ${tiles.total}` },
    },
    {
      name: 'Registers',
      formula: 'rows · (cols + colsV): f32 sums that an invocation holds, in the pass with most',
      of: ({ accumulators }) => (accumulators === undefined ? undefined : { value: String(accumulators) }),
    },
  ];
}

const STATUS_WORDS: Readonly<Record<Result['status'], string>> = {
  ok: 'correct',
  wrong: 'WRONG',
  failed: 'failed',
  unsupported: 'unsupported',
  'out-of-memory': 'out of memory',
};
