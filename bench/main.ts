import { compareReports, isSlower } from '../src/measure/compare.ts';
import type { MeasurePlan } from '../src/measure/measure-plan.ts';
import type { Report, Result } from '../src/measure/report.ts';
import { TunedParams } from '../src/measure/tuning/tuned.ts';
import { parseArgs, type BackendId, type BenchOptions } from './args.ts';
import type { Backend, OpenBackend } from './backends/backend.ts';
import { readBaseline, requireSameDevice } from './baseline.ts';
import { compareCommand } from './compare.ts';
import { renderComparison } from './comparison-table.ts';
import { widthOf } from './layout.ts';
import { cpuWarning, deviceName } from './device.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { explain } from './explain.ts';
import { ioPlan, modelled, renderIo } from './io.ts';
import { outputsOf, requireWritable, writeOutputs } from './outputs.ts';
import { paintFor, type Paint } from './paint.ts';
import { plannedWords } from './planned.ts';
import { benchPlan } from './plans.ts';
import { progressView, type ProgressView } from './progress.ts';
import { renderCaches, renderServing, servingOn, servingPlan } from './serving.ts';
import { renderReport } from './table.ts';
import { renderTuned, tuneAll, tuneRequests } from './tune.ts';
import { readTuned, usualTunedFile } from './tuned-file.ts';

/** Where WebGPU can run here. The first is the default. */
export type Backends = Readonly<Partial<Record<BackendId, () => Promise<Backend>>>>;

/** Writes compiled kernels into a folder; see `dump/dump.ts`. */
export type Dump = (args: readonly string[], folder: string, log: (line: string) => void) => Promise<number>;

/** A command of its own, which takes the arguments behind its name and gives an exit code: `ring`, `cache`. */
export type OwnCommand = (args: readonly string[], log: (line: string) => void) => Promise<number>;

/** Commands that run the sources of Tilewise in this process. Absent where there are none. */
export const OWN_COMMANDS = ['ring', 'cache'] as const;
export type OwnCommands = Readonly<Record<(typeof OWN_COMMANDS)[number], () => Promise<OwnCommand>>>;

/**
 * The command line from its arguments to its exit code. Tables go to standard output, the rest to standard error.
 * @param loadDump absent where there are no sources to compile; so are own commands
 */
export async function main(
  args: readonly string[],
  backends: Backends,
  loadDump?: () => Promise<Dump>,
  own?: OwnCommands,
): Promise<number> {
  const paint = paintFor(process.stderr, process.env);
  const view = progressView(process.stderr);
  try {
    if (args[0] === 'compare') return compareCommand(args.slice(1));
    const name = OWN_COMMANDS.find((each) => each === args[0]);
    if (name !== undefined) {
      if (own === undefined) {
        throw new UsageError(`${name} needs the sources of Tilewise, and there are none here`);
      }
      const command = await own[name]();
      return await command(args.slice(1), view.log);
    }
    const tuning = args[0] === 'tune';
    const given = tuning ? args.slice(1) : args;
    const options = parseArgs(given, Object.keys(backends) as BackendId[]);
    if (options === undefined) return EXIT.ok;
    if (options.dump !== undefined) return await dumped(given, options.dump, loadDump, view);
    return await (tuning ? tuneRun : options.io ? ioRun : options.serving ? servingRun : bench)(
      options,
      backends,
      view,
    );
  } catch (error) {
    view.stop();
    return explain(error, view.log, paint, Object.keys(backends) as BackendId[]);
  }
}

/** Compiled kernels in place of a measurement. */
async function dumped(
  args: readonly string[],
  folder: string,
  load: (() => Promise<Dump>) | undefined,
  view: ProgressView,
): Promise<number> {
  if (load === undefined)
    throw new UsageError('--dump needs the sources of Tilewise, and there are none here');
  const dump = await load();
  return dump(args, folder, view.log);
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
  run: (
    backend: OpenBackend,
    measure: (plan: MeasurePlan) => Promise<Report>,
  ) => Promise<{ readonly text: string; readonly results: readonly Result[] }>,
): Promise<number> {
  const aborter = abortOnInterrupt(view);
  try {
    const { text, results } = await onBackend(options, backends, view, (backend) =>
      run(backend, (plan) => backend.measure(plan, { signal: aborter.signal, onProgress: view.show })),
    );
    view.stop();
    console.log(text);
    return results.some(isBad) ? EXIT.bad : EXIT.ok;
  } finally {
    aborter.release();
  }
}

const isBad = ({ status }: Result): boolean => status === 'wrong' || status === 'failed';

function measured(
  options: BenchOptions,
  backends: Backends,
  baseline: Report | undefined,
  signal: AbortSignal,
  view: ProgressView,
): Promise<Report> {
  return onBackend(options, backends, view, (backend) => {
    if (baseline !== undefined) requireSameDevice(backend.device, baseline);
    const plan = benchPlan(options, backend.device);
    return backend.measure(plan, { signal, onProgress: view.show });
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
    // At once: the browser's own end may follow on the same signal, and a hidden cursor would outlive us.
    view.stop();
    view.log('Stopping …');
    controller.abort();
  };
  process.on('SIGINT', stop);
  return { signal: controller.signal, release: () => process.off('SIGINT', stop) };
}
