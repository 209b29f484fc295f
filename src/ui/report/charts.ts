/**
 * Charts of measured results, drawn alike on the pages and in the command line's report. Each takes the
 * results of one family (`families` in measure/describe): sizes and variants may differ, nothing else.
 */
export type { Chart, ChartOptions } from './charts/draw.ts';
export { heatMap } from './charts/heat-map.ts';
export { ioChart, type TimedIoPoint } from './charts/io-chart.ts';
export { memoryChart, type MemoryChartOptions } from './charts/memory-chart.ts';
export { rooflineChart, type RooflineChartOptions } from './charts/roofline-chart.ts';
export { throughputChart, type ThroughputChartOptions } from './charts/throughput-chart.ts';
export { timeChart } from './charts/time-chart.ts';
