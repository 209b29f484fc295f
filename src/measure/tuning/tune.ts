import { version } from '../../../package.json';
import { checkMemory } from '../../gpu/buffers.ts';
import { AbortError, DeviceLostError, UnsupportedError } from '../../core/errors.ts';
import type { BoundProblem, BoundVariant } from '../../core/bind.ts';
import type { Arrays, Params, ParamSpec } from '../../core/variant.ts';
import { accumulators } from '../../core/plan.ts';
import { neighbours, paramsKey } from '../../core/search-space.ts';
import { problemTitle } from '../describe.ts';
import { formatMs, formatNumber } from '../format.ts';
import { SEED } from '../inputs.ts';
import type { MeasureContext } from '../context.ts';
import { REFERENCE_FLOPS } from '../stand-in.ts';
import type { Comparison } from '../report.ts';
import { trusted } from '../sampling.ts';
import { estimate } from '../statistics.ts';
import { duel, enter, race, type Runner } from './race.ts';
import { adapterName } from '../device.ts';
import { spaceOf } from './space.ts';
import type { Tuned } from './tuned.ts';

export interface TuneTarget {
  readonly problem: BoundProblem;
  readonly variant: BoundVariant;
  /** The parameters that may be changed. */
  readonly specs: readonly ParamSpec[];
}

/** Most sums that an invocation may hold in registers. With more, compilers spill, or take minutes. */
const MOST_REGISTERS = 320;
/** Most parameters in which a neighbour may differ. */
const FARTHEST = 2;
/** Challengers in one race. All of them are in memory at once. */
const LANES = 5;

/**
 * Searches a variant's parameters, from its defaults to faster neighbours. Parameters that the device or problem does
 * not support are left out, wrong ones are never timed, and a faster one must be faster beyond doubt.
 * @param budgetMs time after which no more parameters are tried
 * @throws UnsupportedError if the variant has nothing to tune, or its defaults do not run; OutOfMemoryError,
 * AbortError, DeviceLostError
 */
export async function tune(
  context: MeasureContext,
  { problem, variant, specs }: TuneTarget,
  budgetMs: number,
): Promise<Tuned> {
  if (specs.length === 0) throw new UnsupportedError(`${variant.id} has no parameters to tune`);
  const { codeVersion } = await import('../../gpu/code-version.ts');
  checkMemory(variant.plan(), context.session.device.limits);
  const search = new Search(context, problem, variant.id, problem.inputs(SEED), budgetMs);
  try {
    const defaults = await search.start(variant.params);
    const best = await search.climb(defaults, specs);
    const versusDefaults = best === defaults ? undefined : await search.confirm(defaults, best);
    const better = versusDefaults?.verdict === 'faster';
    const { params } = better ? best : defaults;
    return {
      adapter: adapterName({ ...context.session.identity, features: [...context.session.identity.features] }),
      operation: problem.operation,
      variant: variant.id,
      class: problem.tuningClass(variant.id),
      problem: problem.problem,
      params,
      defaults: defaults.params,
      ...(better && { versusDefaults }),
      ...search.counts,
      stopped: search.isOver() ? 'budget' : 'nothing better nearby',
      space: spaceOf(specs),
      code: await codeVersion(problem.variant(variant.id, params).plan()),
      tilewise: version,
      date: new Date().toISOString(),
    };
  } finally {
    search.end();
  }
}

class Search {
  readonly counts = { tried: 0, wrong: 0, failed: 0 };
  private readonly seen = new Set<string>();
  private readonly loaded = new Set<Runner>();
  private readonly began = performance.now();

  constructor(
    private readonly context: MeasureContext,
    private readonly problem: BoundProblem,
    private readonly variant: string,
    private readonly inputs: Arrays,
    private readonly budgetMs: number,
  ) {}

  isOver(): boolean {
    return performance.now() - this.began >= this.budgetMs;
  }

  /** Loads the defaults. @throws UnsupportedError if they do not run, or compute something wrong */
  async start(params: Params): Promise<Runner> {
    this.seen.add(paramsKey(params));
    this.tell('defaults');
    const bound = this.problem.variant(this.variant, params);
    const runner = await enter(this.context, this.problem, bound, this.inputs);
    if (runner === undefined) throw new UnsupportedError(`${this.variant}: wrong with its defaults`);
    this.counts.tried++;
    this.loaded.add(runner);
    return runner;
  }

  /** Steps from neighbour to better neighbour until there is none, or the budget is spent. */
  async climb(from: Runner, specs: readonly ParamSpec[]): Promise<Runner> {
    let best = from;
    for (let reach = 1; reach <= FARTHEST && !this.isOver();) {
      const fresh = neighbours(best.params, specs, reach).filter((params) => this.isWorthTrying(params));
      if (fresh.length === 0) reach++;
      const winner = await this.heat(best, fresh.slice(0, LANES));
      if (winner === undefined) continue;
      if (best !== from) this.leave(best);
      best = winner;
      reach = 1;
    }
    return best;
  }

  /** Checks the winner in full, and times it against the defaults in fresh rounds. */
  async confirm(defaults: Runner, best: Runner): Promise<Comparison | undefined> {
    this.tell('winner against defaults');
    const bound = this.problem.variant(this.variant, best.params);
    const again = await enter(this.context, this.problem, bound, this.inputs, REFERENCE_FLOPS);
    if (again === undefined) return undefined;
    this.loaded.add(again);
    return duel(this.context, defaults, again);
  }

  end(): void {
    for (const runner of this.loaded) runner.loaded.destroy();
  }

  /** Runs one race, and unloads those that lost it. */
  private async heat(champion: Runner, candidates: readonly Params[]): Promise<Runner | undefined> {
    const field: Runner[] = [];
    for (const params of candidates) {
      if (this.isOver()) break;
      this.tell(paramsKey(params), champion);
      const runner = await this.tryOut(params);
      if (runner) field.push(runner);
    }
    const winner = await race(this.context, champion, field);
    for (const runner of field) if (runner !== winner) this.leave(runner);
    return winner;
  }

  private async tryOut(params: Params): Promise<Runner | undefined> {
    this.seen.add(paramsKey(params));
    this.counts.tried++;
    try {
      const bound = this.problem.variant(this.variant, params);
      const runner = await enter(this.context, this.problem, bound, this.inputs);
      if (runner === undefined) this.counts.wrong++;
      else this.loaded.add(runner);
      return runner;
    } catch (error) {
      if (error instanceof AbortError || error instanceof DeviceLostError) throw error;
      this.counts.failed++;
      return undefined;
    }
  }

  private isWorthTrying(params: Params): boolean {
    if (this.seen.has(paramsKey(params))) return false;
    const bound = this.problem.variant(this.variant, params);
    return bound.supported === true && (accumulators(bound.plan()) ?? 0) <= MOST_REGISTERS;
  }

  private leave(runner: Runner): void {
    this.loaded.delete(runner);
    runner.loaded.destroy();
  }

  private tell(doing: string, best?: Runner): void {
    const share = (performance.now() - this.began) / this.budgetMs;
    const sofar = best === undefined ? '' : ` · best so far ${timeOf(best)}`;
    this.context.onProgress?.({
      stage: 'tune',
      fraction: Math.min(1, share),
      message: `${this.problem.operation} · ${problemTitle(this.problem)} · ${this.variant} · ${doing} · ${formatNumber(this.counts.tried)} tried${sofar}`,
    });
  }
}

function timeOf({ series }: Runner): string {
  const { ms } = trusted(series);
  return ms.length === 0 ? 'not timed yet' : formatMs(estimate(ms).median);
}
