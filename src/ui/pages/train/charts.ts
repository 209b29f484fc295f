import * as Plot from '@observablehq/plot';
import { linearTicks } from '../../report/charts/axes.ts';
import { drawFrame, type Chart, type ChartOptions } from '../../report/charts/frame.ts';
import { ink, seriesStyles } from '../../shell/series-styles.ts';
import type { CurveStep, RecallPoint, Shown } from './training-controller.ts';

/** Points of a line; more would not be seen. */
const POINTS = 300;

const percent = (value: number): string => `${Math.round(100 * value)} %`;

/** Every n-th, and the last. */
function thinned<T>(values: readonly T[]): T[] {
  const every = Math.ceil(values.length / POINTS);
  return values.filter((_, at) => at % every === 0 || at === values.length - 1);
}

const stepsAxis = (last: number) => {
  const ticks = linearTicks(Math.max(5, last)).filter(Number.isInteger);
  return {
    ...{ type: 'linear' as const, domain: [0, Math.max(5, last)] as [number, number] },
    ...{ ticks, grid: ticks, format: String, label: 'step' },
  };
};

/** The loss of each step, naive and tiled; where the batch grows, so does the loss. */
export function lossChart({ steps, naive, naiveEnd }: Shown, options: ChartOptions): Chart {
  const kinds = naive.length > 0 ? ['naive', 'tiled'] : ['tiled'];
  const styles = [...seriesStyles(['naive', 'tiled'])].filter(([id]) => kinds.includes(id));
  const losses = steps.map(({ loss }) => loss).filter(Number.isFinite);
  const top = losses.length === 0 ? 1 : Math.max(1e-3, ...losses) * 1.05;
  const last = steps.at(-1);
  const end = last?.step ?? 0;
  const line = (values: readonly CurveStep[], kind: string, width: number) =>
    Plot.line(
      thinned(values).map(({ step, loss }) => ({ step, loss, kind })),
      { x: 'step', y: 'loss', stroke: 'kind', strokeWidth: width, strokeOpacity: width > 2 ? 0.55 : 1 },
    );
  const grown = steps.filter(({ batch }, at) => at > 0 && batch !== steps[at - 1]?.batch);
  return drawFrame(options, {
    what: 'Loss of each step',
    description: `From ${losses[0]?.toFixed(3) ?? 'none'} to ${last?.loss.toFixed(3) ?? 'none'} in ${steps.length} steps.`,
    marginLeft: 48,
    x: stepsAxis(end),
    y: {
      type: 'linear',
      domain: [0, top],
      ticks: linearTicks(top),
      format: (value) => String(Number(value.toPrecision(3))),
      label: '↑ loss',
    },
    styles,
    marks: [
      // Wide and under the other: equal curves are both seen.
      line(naive, 'naive', 6),
      line(steps, 'tiled', 2),
      Plot.ruleX(grown, { x: 'step', stroke: ink.quiet, strokeDasharray: '2 3' }),
      ...(['start', 'end'] as const).map((textAnchor) =>
        Plot.text(
          grown.filter(({ step }) => (textAnchor === 'end') === step > 0.85 * end),
          {
            x: 'step',
            y: top,
            text: ({ batch }: CurveStep) => `N = ${batch}`,
            dx: textAnchor === 'end' ? -4 : 4,
            textAnchor,
            fill: ink.quiet,
          },
        ),
      ),
      ...(naiveEnd === undefined
        ? []
        : [
            Plot.dot(naive.slice(-1), {
              x: 'step',
              y: 'loss',
              symbol: 'times',
              r: 6,
              stroke: ink.bad,
              strokeWidth: 2,
            }),
            Plot.text(naive.slice(-1), {
              x: 'step',
              y: 'loss',
              text: ['naive ends'],
              dy: -14,
              fill: ink.bad,
            }),
          ]),
    ],
  });
}

/** Recall@1 on held-out pairs, with chance as a line. */
export function recallChart(recalls: readonly RecallPoint[], among: number, options: ChartOptions): Chart {
  const styles = [...seriesStyles(['', 'picture by its words', 'words by their picture'])].slice(1);
  const points = thinned(recalls).flatMap(({ step, byWords, byPicture }) => [
    { step, recall: byWords, kind: 'picture by its words' },
    { step, recall: byPicture, kind: 'words by their picture' },
  ]);
  const last = recalls.at(-1);
  return drawFrame(options, {
    what: `Recall@1 among ${among} held-out pairs`,
    description: last === undefined ? 'None yet.' : `${percent(last.byWords)} by words at step ${last.step}.`,
    marginLeft: 48,
    x: stepsAxis(last?.step ?? 0),
    y: {
      type: 'linear',
      domain: [0, 1],
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
      format: percent,
      label: '↑ found first',
    },
    styles,
    marks: [
      Plot.ruleY([1 / among], { stroke: ink.quiet, strokeDasharray: '4 3' }),
      Plot.text([1 / among], {
        y: 1 / among,
        text: ['chance'],
        frameAnchor: 'right',
        dy: -7,
        fill: ink.quiet,
      }),
      ...styles.map(([id, { dash }]) =>
        Plot.line(
          points.filter(({ kind }) => kind === id),
          { x: 'step', y: 'recall', stroke: 'kind', strokeWidth: 2, strokeDasharray: dash },
        ),
      ),
    ],
  });
}
