import Table from 'cli-table3';
import type { MeasurePlan } from '../src/measure/measure-plan.ts';
import { specsOf } from '../src/measure/tuning/space.ts';
import type { Tuned } from '../src/measure/tuning/tuned.ts';
import { paramsKey } from '../src/core/search-space.ts';
import { requireOperation } from '../src/operations/index.ts';
import type { OpenBackend, TuneRequest, MeasureOptions } from './backends/backend.ts';
import { formatComparison } from '../src/measure/comparison-words.ts';
import { UsageError } from './errors.ts';
import { keepTuned } from './tuned-file.ts';
import { profileOf } from '../src/measure/device.ts';

/** One search for each variant with parameters on each problem. @throws UsageError if there is none */
export function tuneRequests({ cases }: MeasurePlan, budgetMs: number): TuneRequest[] {
  const requests = cases.flatMap(({ operation, problem, variants = [] }) =>
    variants
      .filter((variant) => specsOf(operation, variant).length > 0)
      .map((variant) => ({ operation, problem, variant, budgetMs })),
  );
  if (requests.length === 0) throw new UsageError('none of these variants has parameters to tune');
  return requests;
}

/** Tunes one after the other; each winner is in the file before the next search begins. */
export async function tuneAll(
  backend: OpenBackend,
  requests: readonly TuneRequest[],
  file: string,
  options: MeasureOptions & { readonly log: (line: string) => void },
): Promise<Tuned[]> {
  const found: Tuned[] = [];
  for (const [index, request] of requests.entries()) {
    const { operation, variant } = request;
    const supported = requireOperation(operation)
      .bind(request.problem, profileOf(backend.device))
      .variant(variant).supported;
    if (supported !== true) {
      options.log(`${operation} · ${variant}: ${supported}`);
      continue;
    }
    const tuned = await backend.tune(request, {
      ...options,
      onProgress: (progress) =>
        options.onProgress({ ...progress, fraction: (index + progress.fraction) / requests.length }),
    });
    keepTuned(file, tuned);
    found.push(tuned);
  }
  return found;
}

/** The results of tuning, for a terminal. */
export function renderTuned(found: readonly Tuned[]): string {
  const table = new Table({
    head: ['problem class', 'parameters', 'versus defaults', 'tried'],
    colAligns: ['left', 'left', 'left', 'right'],
    colWidths: [46, 46, null, null],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const entry of found)
    table.push([entry.class, paramsKey(entry.params), verdictOf(entry), triedWords(entry)]);
  return table.toString();
}

const verdictOf = ({ versusDefaults }: Tuned): string =>
  versusDefaults === undefined ? 'the defaults' : formatComparison(versusDefaults);

const triedWords = ({ tried, wrong, failed }: Tuned): string =>
  [
    String(tried),
    ...(wrong === 0 ? [] : [`${wrong} WRONG`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ].join(', ');
