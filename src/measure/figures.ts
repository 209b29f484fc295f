import { comparisonText } from './comparison-words.ts';
import {
  formatBytes,
  formatError,
  formatGflops,
  formatMs,
  formatMsInterval,
  formatNumber,
  formatTiles,
} from './format.ts';
import type { Report, Result } from './report.ts';

/** A figure of one result, in words. */
export interface FigureText {
  readonly value: string;
  /** Its interval, or the bound it must keep. */
  readonly detail?: string;
  /** The numbers it was made from. */
  readonly from?: string;
}

/** A column or row of every table of results, whether on a page, in the terminal or in a file. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** The name of `detail`, for headings. */
  readonly detailTitle?: string;
  /** How it is worked out, and in which unit. */
  readonly meaning: string;
  /** Which tables have room for it. `everywhere`: all; `wide`: not a narrow terminal; `full`: those of all figures. */
  readonly room: 'everywhere' | 'wide' | 'full';
  /** Shown in every table, too, of which some result has it. */
  readonly whereGiven?: true;
  /** The `id` of the figure in whose cell it stands as small print, where a table has few columns. */
  readonly below?: string;
  /** How it reads as small print; by default its title and value. */
  readonly smallPrint?: (value: string) => string;
  /** Whether it follows from a time, so that only a correct result has it. */
  readonly timed: boolean;
  readonly align: 'left' | 'right';
  /** Columns of the CSV export: plain values, in full. Their names stay as they are. */
  readonly values: Readonly<Record<string, (result: Result) => string | number | undefined>>;
  readonly text: (result: Result) => FigureText | undefined;
}

/** Facts beyond the result that some figures refer to. */
export interface FigureContext {
  /** The name of the baseline. */
  readonly baseline?: string | undefined;
  readonly matmul?: Report['matmul'];
}

/** Every figure of a result, in the order of tables. A new figure is one entry here. */
export function figures({ baseline = 'baseline', matmul }: FigureContext = {}): readonly Figure[] {
  return [
    {
      id: 'time',
      title: 'Time',
      detailTitle: '95 %',
      meaning: 'median over the rounds of (span / repetitions), with its 95 % interval',
      room: 'everywhere',
      timed: true,
      align: 'right',
      values: {
        medianMs: ({ time }) => time?.medianMs,
        lowMs: ({ time }) => time?.lowMs,
        highMs: ({ time }) => time?.highMs,
      },
      text: ({ time }) =>
        time && {
          value: formatMs(time.medianMs),
          detail: formatMsInterval(time.medianMs, time.lowMs, time.highMs),
        },
    },
    {
      id: 'samples',
      title: 'Samples',
      meaning: 'rounds × repetitions within one timed span, and the clock',
      room: 'full',
      below: 'time',
      smallPrint: (value) => value,
      timed: true,
      align: 'right',
      values: { samples: ({ time }) => time?.samples, clock: ({ time }) => time?.source },
      text: ({ time }) =>
        time && {
          value: `${time.samples} × ${time.repetitions}, ${time.source === 'timestamp' ? 'GPU' : 'wall'} clock`,
        },
    },
    {
      id: 'versus',
      title: `Versus ${baseline}`,
      detailTitle: '95 %',
      meaning: `median over the rounds of (time of ${baseline} / time), rounds paired`,
      room: 'everywhere',
      timed: true,
      align: 'left',
      values: {
        baseline: (result) => result.baseline,
        ratio: ({ versusBaseline }) => versusBaseline?.ratio,
        verdict: ({ versusBaseline }) => versusBaseline?.verdict,
      },
      text: ({ versusBaseline, variant, label = variant, baseline: than }) =>
        versusBaseline
          ? comparisonText(versusBaseline)
          : label === than
            ? { value: 'the baseline' }
            : undefined,
    },
    {
      id: 'throughput',
      title: 'Throughput',
      meaning: 'useful FLOP / median time',
      room: 'wide',
      timed: true,
      align: 'right',
      values: { gflops: ({ gflops }) => gflops },
      text: ({ gflops, flops, time }) =>
        gflops === undefined || !time
          ? undefined
          : {
              value: formatGflops(gflops),
              from: `${formatNumber(flops / 1e9)} GFLOP / ${formatMs(time.medianMs)}`,
            },
    },
    {
      id: 'matmul',
      title: '% of matmul',
      meaning: 'throughput / that of the best plain matrix product on this device',
      room: 'everywhere',
      below: 'throughput',
      smallPrint: (value) => `${value} of matmul`,
      timed: true,
      align: 'right',
      values: { percentOfMatmul: ({ percentOfMatmul }) => percentOfMatmul },
      text: ({ percentOfMatmul }) =>
        percentOfMatmul === undefined
          ? undefined
          : {
              value: `${formatNumber(Number(percentOfMatmul.toPrecision(2)))} %`,
              ...(matmul && { from: `of ${formatGflops(matmul.gflops)}, matmul ${matmul.size}³` }),
            },
    },
    {
      id: 'work',
      title: 'Work',
      meaning: 'products of all rows with all columns, recomputed ones too: U = 2 · N · M · D FLOP',
      room: 'full',
      below: 'throughput',
      timed: false,
      align: 'right',
      values: { work: ({ work }) => work },
      text: ({ work }) => (work === undefined ? undefined : { value: `${formatNumber(work)} U` }),
    },
    {
      id: 'executed',
      title: 'Executed',
      meaning: 'FLOP of all passes / useful FLOP: what recomputing costs',
      room: 'full',
      timed: false,
      align: 'right',
      values: { executedFlops: ({ executedFlops }) => executedFlops },
      text: ({ executedFlops, flops }) =>
        executedFlops === undefined
          ? undefined
          : {
              value: `${formatNumber(executedFlops / flops)} ×`,
              from: `${formatNumber(executedFlops / 1e9)} / ${formatNumber(flops / 1e9)} GFLOP`,
            },
    },
    {
      id: 'workspace',
      title: 'Workspace',
      meaning: 'bytes of all buffers that are neither input nor output',
      room: 'everywhere',
      timed: false,
      align: 'right',
      values: { workspaceBytes: ({ workspaceBytes }) => workspaceBytes },
      text: ({ workspaceBytes }) =>
        workspaceBytes === undefined
          ? undefined
          : { value: workspaceBytes === 0 ? 'none' : formatBytes(workspaceBytes) },
    },
    {
      id: 'tiles',
      title: 'Tiles visited',
      meaning: 'tiles of the score matrix, over all heads / those of a dense run',
      room: 'full',
      below: 'workspace',
      smallPrint: (value) => value,
      timed: false,
      align: 'right',
      values: { tilesVisited: ({ tiles }) => tiles?.visited, tilesTotal: ({ tiles }) => tiles?.total },
      text: ({ tiles }) => tiles && { value: formatTiles(tiles), from: `${tiles.visited} / ${tiles.total}` },
    },
    {
      id: 'registers',
      title: 'Registers',
      meaning: 'rows · (cols + colsV): f32 sums that an invocation holds, in the pass with most',
      room: 'full',
      timed: false,
      align: 'right',
      values: { accumulators: ({ accumulators }) => accumulators },
      text: ({ accumulators }) => (accumulators === undefined ? undefined : { value: String(accumulators) }),
    },
    {
      id: 'error',
      title: 'Error',
      detailTitle: 'bound',
      meaning: '‖output − float64‖₂ / ‖float64‖₂, the largest over the outputs, and what it may be at most',
      room: 'everywhere',
      timed: false,
      align: 'left',
      values: { relL2: ({ error }) => error?.relL2, bound: ({ error }) => error?.bound },
      text: ({ error }) =>
        error && {
          value: formatError(error.relL2),
          detail: formatError(error.bound),
          from: error.coverage,
        },
    },
    {
      id: 'recall',
      title: 'Recall',
      meaning: 'the share of the nearest documents, by elements as they were given, that are listed',
      room: 'full',
      whereGiven: true,
      below: 'error',
      timed: false,
      align: 'right',
      values: { recall: ({ recall }) => recall },
      text: ({ recall }) => (recall === undefined ? undefined : { value: `${formatNumber(100 * recall)} %` }),
    },
    {
      id: 'after-timing',
      title: 'Error after timing',
      meaning: 'the same of the last timed run, on inputs that the check before timing had not seen',
      room: 'full',
      below: 'error',
      smallPrint: (value) => `${value} after timing`,
      timed: true,
      align: 'left',
      values: { relL2AfterTiming: ({ afterTiming }) => afterTiming?.relL2 },
      text: ({ afterTiming }) =>
        afterTiming && {
          value: formatError(afterTiming.relL2),
          from: afterTiming.otherInputs ? afterTiming.coverage : `${afterTiming.coverage}, on equal inputs`,
        },
    },
    {
      id: 'floor',
      title: 'Least time',
      meaning:
        'the shortest time that this device allows: useful FLOP at the best rate of the run, and large inputs and outputs moved once',
      room: 'full',
      timed: true,
      align: 'right',
      values: { floorMs: ({ floorMs }) => floorMs },
      text: ({ floorMs }) => (floorMs === undefined ? undefined : { value: formatMs(floorMs) }),
    },
  ];
}

/** `Time (95 %)`. */
export const figureHeading = ({ title, detailTitle }: Figure): string =>
  detailTitle === undefined ? title : `${title} (${detailTitle})`;

/** `57.2 ms (56.1–58.3)`; `–` where a result has no such figure. */
export function figureCell(figure: Figure, result: Result): string {
  const { value, detail } = figure.text(result) ?? {};
  return value === undefined ? '–' : detail === undefined ? value : `${value} (${detail})`;
}

/** The figures that stand as small print below another, as far as the result has them. */
export function smallPrint(
  all: readonly Figure[],
  { id }: Figure,
  result: Result,
): { readonly words: string; readonly meaning: string }[] {
  return all.flatMap((figure) => {
    const text = figure.below === id ? figure.text(result) : undefined;
    if (text === undefined) return [];
    const words = figure.smallPrint ?? ((value: string) => `${figure.title.toLowerCase()} ${value}`);
    return [{ words: words(text.value), meaning: figure.meaning }];
  });
}
