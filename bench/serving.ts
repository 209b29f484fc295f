import type { MeasureCase, MeasurePlan } from '../src/measure/measure-plan.ts';
import { problemTitle } from '../src/measure/describe.ts';
import { formatBytes, formatMs, formatNumber } from '../src/measure/format.ts';
import type { DeviceReport, Result } from '../src/measure/report.ts';
import { cacheKinds } from '../src/operations/attention/cache-bytes.ts';
import { attention } from '../src/operations/attention/operation.ts';
import type { AttentionProblem } from '../src/operations/attention/problem.ts';
import { servingCases, type ServingCase, type ServingWay } from '../src/operations/attention/serving.ts';

/** Variants that are tried on each problem; the faster one counts. */
const VARIANTS = ['flash', 'split-kv'];

const caseOf = (problem: Partial<AttentionProblem>): MeasureCase => ({
  operation: attention.id,
  problem: attention.problem(problem),
  variants: VARIANTS,
});

/** The cases that suit a device. */
export const servingOn = ({ isFallbackAdapter }: DeviceReport): readonly ServingCase[] =>
  servingCases(isFallbackAdapter ? 'cpu' : 'gpu');

/** A plan that measures every call of every case; those that several cases make, once. */
export function servingPlan(cases: readonly ServingCase[], budgetMs: number): MeasurePlan {
  const all = cases.flatMap(({ ways }) => ways.flatMap(({ calls }) => calls.map(caseOf)));
  const byTitle = new Map(all.map((one) => [problemTitle(one), one]));
  return { cases: [...byTitle.values()], budgetMs, minSamples: 3, matmul: false };
}

/** Each case with the time of both ways, what the second gains, and what is published. */
export const renderServing = (cases: readonly ServingCase[], results: readonly Result[]): string =>
  cases
    .map(({ title, ways, claim }) => {
      const [before, after] = ways.map((way) => timeOf(way, results));
      const lines = ways.map((way) => `  ${way.name}: ${timeWords(timeOf(way, results))}`);
      const gain =
        before === undefined || after === undefined
          ? 'cannot tell'
          : `${formatNumber(before / after)} × as fast`;
      return [title, ...lines, `  gain: ${gain}`, `  published: ${claim}`].join('\n');
    })
    .join('\n\n');

/** A language model of 8 billion parameters, as they are built. */
const MODEL = { layers: 32, numHeads: 32, numKVHeads: 8, headDim: 128, headDimV: 128, dtype: 'f16' } as const;

/** Memory of a model's cache, by how heads and layers share it. */
export const renderCaches = (): string =>
  [
    `Cache of ${MODEL.layers} layers, ${MODEL.numHeads} heads on ${MODEL.numKVHeads} KV, headDim ${MODEL.headDim}, ${MODEL.dtype}`,
    ...cacheKinds(MODEL).map(
      ({ title, idea, bytesPerToken }) => `  ${title}: ${formatBytes(bytesPerToken)} per token; ${idea}`,
    ),
  ].join('\n');

const timeWords = (ms: number | undefined): string => (ms === undefined ? 'not measured' : formatMs(ms));

/** The time of all calls of a way, each by the fastest variant; `undefined` if one has none. */
function timeOf({ calls }: ServingWay, results: readonly Result[]): number | undefined {
  const times = calls.map((call) => {
    const title = problemTitle(caseOf(call));
    const own = results.filter((result) => problemTitle(result) === title);
    const medians = own.flatMap(({ time }) => (time ? [time.medianMs] : []));
    return medians.length === 0 ? undefined : Math.min(...medians);
  });
  return times.reduce<number | undefined>(
    (sum, time) => (sum === undefined || time === undefined ? undefined : sum + time),
    0,
  );
}
