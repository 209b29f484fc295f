import { compareReports, isSlower } from '../src/measure/compare.ts';
import type { Report } from '../src/measure/report.ts';
import { parseArgs, type BackendId, type BenchOptions } from './args.ts';
import type { Backend, OpenBackend } from './backends/backend.ts';
import { readBaseline, requireSameDevice } from './baseline.ts';
import { compareCommand } from './compare.ts';
import { renderComparison } from './comparison-table.ts';
import { cpuWarning, deviceName } from './device.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { explain } from './explain.ts';
import { outputsOf, requireWritable, writeOutputs } from './outputs.ts';
import { paintFor, type Paint } from './paint.ts';
import { plannedTitle, plannedWords } from './planned.ts';
import { benchPlan } from './plans.ts';
import { progressView, type ProgressView } from './progress.ts';
import { renderReport } from './table.ts';

/** Where WebGPU can run here. The first is the default. */
export type Backends = Readonly<Partial<Record<BackendId, () => Promise<Backend>>>>;

/** The command line from its arguments to its exit code. Tables go to standard output, the rest to standard error. */
export async function main(args: readonly string[], backends: Backends): Promise<number> {
  const paint = paintFor(process.stderr, process.env);
  const view = progressView(process.stderr);
  try {
    if (args[0] === 'compare') return compareCommand(args.slice(1));
    const options = parseArgs(args, Object.keys(backends) as BackendId[]);
    return options === undefined ? EXIT.ok : await bench(options, backends, view);
  } catch (error) {
    view.stop();
    return explain(error, view.log, paint, Object.keys(backends) as BackendId[]);
  }
}

async function bench(options: BenchOptions, backends: Backends, view: ProgressView): Promise<number> {
  const outputs = outputsOf(options);
  requireWritable(outputs);
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  const aborter = abortOnInterrupt(view);
  try {
    const report = await measured(options, backends, baseline, aborter.signal, view);
    view.stop();
    const paint = paintFor(process.stdout, process.env);
    // A pipe or a file has no width.
    console.log(renderReport(report, paint, process.stdout.isTTY ? process.stdout.columns : Infinity));
    if (options.operations.includes('contrastive') && !options.quick && options.sizes === undefined) {
      const { loss } = options;
      console.log([plannedTitle(loss), ...plannedWords(report.device, loss)].join('\n  '));
    }
    const files = writeOutputs(report, outputs);
    console.log(`Report: ${files.join(', ')}`);
    const isBad = report.results.some(({ status }) => status === 'wrong' || status === 'failed');
    const failsBaseline = baseline !== undefined && compared(report, baseline, options, paint);
    return isBad || failsBaseline ? EXIT.bad : EXIT.ok;
  } finally {
    aborter.release();
  }
}

async function measured(
  options: BenchOptions,
  backends: Backends,
  baseline: Report | undefined,
  signal: AbortSignal,
  view: ProgressView,
): Promise<Report> {
  const load = backends[options.backend];
  if (load === undefined) throw new UsageError(`there is no backend '${options.backend}' here`);
  const open = await load();
  view.log(`Starting WebGPU (${options.backend}) …`);
  const backend = await open({ adapter: options.adapter, log: view.log });
  try {
    introduce(backend, view);
    if (baseline !== undefined) requireSameDevice(backend.device, baseline);
    const plan = benchPlan(options, backend.device);
    return await backend.measure(plan, { signal, onProgress: view.show });
  } finally {
    await backend.close();
  }
}

function introduce({ device }: OpenBackend, view: ProgressView): void {
  view.log(`Adapter: ${deviceName(device)}`);
  const warning = cpuWarning(device);
  if (warning !== undefined) view.log(`Warning: ${warning}`);
}

/** Prints the comparison; whether it is a reason to fail. */
function compared(report: Report, baseline: Report, { failOnSlower }: BenchOptions, paint: Paint): boolean {
  const comparison = compareReports(report.results, baseline);
  console.log(`\n${renderComparison(comparison, report, baseline, paint)}`);
  const nothing = comparison.changes.length + comparison.lost.length === 0;
  // A gate that has compared nothing must not look passed.
  return failOnSlower && (nothing || isSlower(comparison));
}

/** The first Ctrl-C stops the run and closes what is open; a second one ends the process at once. */
function abortOnInterrupt(view: ProgressView): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    // At once: the browser's own end may follow on the same signal, and a hidden cursor would outlive us.
    view.stop();
    view.log('Stopping …');
    controller.abort();
  };
  process.on('SIGINT', stop);
  return { signal: controller.signal, release: () => process.off('SIGINT', stop) };
}
