import { compareReports, isSlower } from '../src/measure/compare.ts';
import type { MeasurePlan, Progress } from '../src/measure/measure-plan.ts';
import type { Report, Result } from '../src/measure/report.ts';
import { TunedParams } from '../src/measure/tuning/tuned.ts';
import type { BenchOptions } from './args.ts';
import type { OpenBackend } from './backends/backend.ts';
import { readBaseline, requireSameDevice } from './baseline.ts';
import { renderComparison } from './comparison-table.ts';
import { cpuWarning, deviceName } from './device.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { ioPlan, modelled, renderIo } from './io.ts';
import type { Backends } from './main.ts';
import { outputsOf, requireWritable, writeOutputs } from './outputs.ts';
import { paintFor, type Paint } from './paint.ts';
import { plannedWords } from './planned.ts';
import { benchPlan } from './plans.ts';
import type { ProgressView } from './progress.ts';
import { renderCaches, renderServing, servingOn, servingPlan } from './serving.ts';
import { renderReport } from './table.ts';
import { renderTuned, tuneAll, tuneRequests } from './tune.ts';
import { readTuned, usualTunedFile } from './tuned-file.ts';
import { widthOf } from './wrap.ts';

/** Runs a measurement, a search or one of the printed tables, whichever the options ask for. @returns the exit code */
export const run = (
  options: BenchOptions,
  tuning: boolean,
  backends: Backends,
  view: ProgressView,
): Promise<number> =>
  (tuning ? tuneRun : options.io ? ioRun : options.serving ? servingRun : bench)(options, backends, view);

async function bench(options: BenchOptions, backends: Backends, view: ProgressView): Promise<number> {
  const outputs = outputsOf(options);
  requireWritable(outputs);
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  const aborter = abortOnInterrupt(view);
  try {
    const report = await measured(options, backends, baseline, aborter.signal, view);
    view.stop();
    if (report.partial) view.log('Stopped: what was final by then is kept.');
    const paint = paintFor(process.stdout, process.env);
    // A pipe or a file has no width.
    console.log(renderReport(report, paint, widthOf(process.stdout)));
    if (!options.quick && options.sizes === undefined) {
      for (const operation of options.operations) {
        const words = plannedWords(operation, report.device, options.shapings);
        if (words.length > 0) console.log(words.join('\n  '));
      }
    }
    const files = writeOutputs(report, outputs);
    console.log(`Report: ${files.join(', ')}`);
    const failsBaseline = baseline !== undefined && compared(report, baseline, options, paint);
    if (report.partial) return EXIT.interrupted;
    return report.results.some(isBad) || failsBaseline ? EXIT.bad : EXIT.ok;
  } finally {
    aborter.release();
  }
}

/** Searches in place of a measurement. */
async function tuneRun(options: BenchOptions, backends: Backends, view: ProgressView): Promise<number> {
  if (options.tuned === false) throw new UsageError('tune has to keep what it finds: leave --no-tuned out');
  const file = options.tuned ?? usualTunedFile();
  const aborter = abortOnInterrupt(view);
  try {
    const found = await onBackend(options, backends, view, (backend) => {
      const requests = tuneRequests(benchPlan(options, backend.device), options.tuneBudgetMs);
      const { signal } = aborter;
      return tuneAll(backend, requests, file, { signal, onProgress: view.show, log: view.log });
    });
    view.stop();
    console.log(`${renderTuned(found)}\nKept in ${file}; later runs use it.`);
    return found.some(({ wrong }) => wrong > 0) ? EXIT.bad : EXIT.ok;
  } finally {
    aborter.release();
  }
}

/** Modelled traffic in place of a measurement, or beside one. */
const ioRun = (options: BenchOptions, backends: Backends, view: ProgressView): Promise<number> =>
  printed(options, backends, view, async ({ device }, measure) => {
    const plan = benchPlan({ ...options, sweep: false }, device);
    const models = modelled(plan, device);
    if (!options.sweep) return { text: renderIo(models), results: [] };
    const { results } = await measure(ioPlan(plan, models));
    return { text: renderIo(models, results), results };
  });

/** Ways to serve beside each other. */
const servingRun = (options: BenchOptions, backends: Backends, view: ProgressView): Promise<number> =>
  printed(options, backends, view, async ({ device }, measure) => {
    const cases = servingOn(device);
    const { results } = await measure(servingPlan(cases, options.quick ? 500 : 2000));
    return { text: [renderServing(cases, results), renderCaches()].join('\n\n'), results };
  });

/** Prints what a run makes of its results, in place of a report. */
async function printed(
  options: BenchOptions,
  backends: Backends,
  view: ProgressView,
  work: (
    backend: OpenBackend,
    measure: (plan: MeasurePlan) => Promise<Report>,
  ) => Promise<{ readonly text: string; readonly results: readonly Result[] }>,
): Promise<number> {
  const aborter = abortOnInterrupt(view);
  try {
    const { text, results } = await onBackend(options, backends, view, (backend) =>
      work(backend, (plan) => backend.measure(plan, { signal: aborter.signal, onProgress: view.show })),
    );
    view.stop();
    console.log(text);
    return results.some(isBad) ? EXIT.bad : EXIT.ok;
  } finally {
    aborter.release();
  }
}

const ignore = () => undefined;

const isBad = ({ status }: Result): boolean => status === 'wrong' || status === 'failed';

/** The report; of a run that is stopped, a partial one, if anything was final by then. */
function measured(
  options: BenchOptions,
  backends: Backends,
  baseline: Report | undefined,
  signal: AbortSignal,
  view: ProgressView,
): Promise<Report> {
  return onBackend(options, backends, view, async (backend) => {
    if (baseline !== undefined) requireSameDevice(backend.device, baseline);
    const plan = benchPlan(options, backend.device);
    // Beforehand: what stops the run may end the browser, too.
    const empty = await backend.measure(
      { ...plan, cases: [], matmul: false },
      { signal, onProgress: ignore },
    );
    const results: Result[] = [];
    const onProgress = (progress: Progress) => {
      view.show(progress);
      if (progress.result) results.push(progress.result);
    };
    try {
      return await backend.measure(plan, { signal, onProgress });
    } catch (error) {
      if (!signal.aborted || results.length === 0) throw error;
      return { ...empty, partial: true, results };
    }
  });
}

/** Opens the chosen backend with what tuning has kept, works on it, and closes it. */
async function onBackend<T>(
  { backend: id, adapter, tuned }: BenchOptions,
  backends: Backends,
  view: ProgressView,
  work: (backend: OpenBackend) => Promise<T>,
): Promise<T> {
  const load = backends[id];
  if (load === undefined) throw new UsageError(`there is no backend '${id}' here`);
  const open = await load();
  const kept = keptParams(tuned, view);
  view.log(`Starting WebGPU (${id}) …`);
  const backend = await open({ adapter, tuned: kept.toJSON(), log: view.log });
  try {
    introduce(backend, view);
    return await work(backend);
  } finally {
    await backend.close();
  }
}

/** Parameters of earlier searches. Those that cannot be used are logged and left out. */
function keptParams(tuned: BenchOptions['tuned'], view: ProgressView): TunedParams {
  if (tuned === false) return TunedParams.read(undefined);
  const file = tuned ?? usualTunedFile();
  const kept = readTuned(file);
  for (const note of kept.notes) view.log(`${file}: ${note}`);
  return kept;
}

function introduce({ device, tuned }: OpenBackend, view: ProgressView): void {
  view.log(`Adapter: ${deviceName(device)}`);
  const warning = cpuWarning(device);
  if (warning !== undefined) view.log(`Warning: ${warning}`);
  for (const note of tuned.notes) view.log(`Tuned parameters: ${note}`);
  if (tuned.entries.length > 0) view.log(`Tuned parameters: ${tuned.entries.length} kept`);
}

/** Prints the comparison; whether it is a reason to fail. */
function compared(report: Report, baseline: Report, { failOnSlower }: BenchOptions, paint: Paint): boolean {
  const comparison = compareReports(report.results, baseline);
  console.log(`\n${renderComparison(comparison, report, baseline, paint, widthOf(process.stdout))}`);
  const nothing = comparison.changes.length + comparison.lost.length === 0;
  // A gate that has compared nothing must not look passed.
  return failOnSlower && (nothing || isSlower(comparison));
}

/** The first Ctrl-C stops the run and closes what is open; a second one ends the process at once. */
function abortOnInterrupt(view: ProgressView): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    // At once: a second Ctrl-C may follow, and a hidden cursor would outlive us.
    view.stop();
    view.log('Stopping …');
    controller.abort();
  };
  process.on('SIGINT', stop);
  return { signal: controller.signal, release: () => process.off('SIGINT', stop) };
}
