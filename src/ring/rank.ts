import { arrayOfDtype, type DataArray } from '../core/dtype.ts';
import type { Plan, ShaderSources } from '../core/plan.ts';
import { BufferSet } from '../gpu/buffers.ts';
import type { Session } from '../gpu/session.ts';
import { scaleTerms } from '../operations/contrastive/passes/buffers.ts';
import {
  colsOfRank,
  extraBytes,
  finishPlan,
  gradientPlan,
  gradientRows,
  lossPlan,
  positivesPlan,
  rankBuffers,
  rowNegativesPlan,
  rowsOfRank,
  setupPlan,
  statsPlan,
  visitorBuffer,
  type RankPart,
} from '../operations/contrastive/ring/part.ts';
import { emptyLists, mergeHardest, type HardestLists } from '../operations/contrastive/ring/merge-hardest.ts';
import { lossOf } from '../operations/contrastive/losses/index.ts';
import { hasGradientRound } from './rounds.ts';
import { RankSteps, type RankFigures, type RankOptions } from './steps.ts';
import type { Transport } from './transport.ts';

/** The work of one rank, as the ring hands it out: plain data. */
export interface RankTask extends RankPart {
  /** The rank's rows of x, of y and of what else there is a row of for each; labels, ids, scales and weights of all lines. */
  readonly inputs: Readonly<Record<string, DataArray>>;
  /** Whether positives may be at home with other ranks, so that columns go round once more to find them. */
  readonly positivesTravel: boolean;
  /** WESL texts in place of shipped ones. */
  readonly sources?: ShaderSources;
}

/** Outputs of a rank by name; those that rows have are of its own rows. */
export interface RankOutputs extends RankFigures {
  readonly outputs: Readonly<Record<string, DataArray>>;
}

/**
 * One rank's share of a contrastive loss on its device. Its rows of x stay, and the columns go round: a rank computes with
 * those at hand while the next ones are on their way to it. Rows are complete on their rank after one round; columns have a part of their
 * statistics on each rank, which the ring merges between rounds.
 */
export class RankCall {
  /** The hardest negatives of the rank's rows, by the home of the columns. */
  private readonly hardest: HardestLists[] = [];

  private constructor(
    private readonly task: RankTask,
    private readonly memory: BufferSet,
    private readonly transport: Transport,
    private readonly steps: RankSteps,
  ) {}

  /** @throws OutOfMemoryError */
  static async open(
    session: Session,
    task: RankTask,
    transport: Transport,
    options: RankOptions,
  ): Promise<RankCall> {
    const memory = await BufferSet.allocate(session.device, { buffers: rankBuffers(task), passes: [] });
    const steps = new RankSteps(session, options, task.sources);
    const call = new RankCall(task, memory, transport, steps);
    memory.upload(task.inputs);
    return call;
  }

  /** Lines with what is known before statistics. */
  async setup(): Promise<Float32Array> {
    const { task } = this;
    await this.run('setup', setupPlan(task));
    await this.round('positives', task.positivesTravel, (home) =>
      this.run(`positives ${home}`, positivesPlan(task, home)),
    );
    return this.lines();
  }

  /** @param lines of the whole problem, set up. @returns them with the rank's statistics */
  async statistics(lines: Float32Array): Promise<Float32Array> {
    const { task } = this;
    this.memory.upload({ lines });
    await this.round('statistics', true, async (home) => {
      this.memory.upload(this.noneHardest());
      await this.run(`statistics ${home}`, statsPlan(task, home));
      await this.keepHardest(home);
    });
    await this.run('row negatives', rowNegativesPlan(task));
    return this.lines();
  }

  /** @param lines of the whole problem, with all statistics */
  async gradients(lines: Float32Array): Promise<RankOutputs> {
    const { task } = this;
    const { problem, rank } = task;
    this.memory.upload({ lines });
    await this.run('losses', lossPlan(task));
    if (hasGradientRound(problem)) {
      const ownGrad = await this.gradientRound();
      this.memory.upload({ ...(ownGrad && { yGrad: ownGrad }), [visitorBuffer(task)]: this.home() });
      await this.run('finish', finishPlan(task));
    }
    return {
      outputs: await this.outputs(rank === 0),
      ...this.steps.figures([this.transport], extraBytes(task) + this.visitBytes(), task.params),
    };
  }

  destroy(): void {
    this.memory.destroy();
  }

  /** Calls `visit` for the home columns and, where they travel, for those of every other rank. */
  private async round(name: string, travels: boolean, visit: (home: number) => Promise<void>): Promise<void> {
    const { rank, cols } = this.task;
    const ranks = travels ? cols.length : 1;
    if (ranks > 1) this.transport.send(`${name} ${rank}`, this.home());
    this.memory.upload({ [this.homeBuffer()]: this.home() });
    await visit(rank);
    for (let step = 1; step < ranks; step++) {
      const home = (rank - step + ranks) % ranks;
      const data = await this.receive(`${name} ${home}`);
      this.memory.upload({ [visitorBuffer(this.task)]: data });
      // On its way before the work on it, so that the next rank need not wait for this one.
      if (step < ranks - 1) this.transport.send(`${name} ${home}`, data);
      await visit(home);
    }
  }

  /**
   * The round of the gradients. That of a shard of y follows the shard, one rank behind it, and each rank adds its part. It
   * ends at home, where the home's own part waits.
   * @returns the whole gradient of the home columns, if it is wanted
   */
  private async gradientRound(): Promise<Float32Array | undefined> {
    const { task } = this;
    const { problem, rank, cols } = task;
    const wanted = problem.gradients.includes('y');
    let own: Float32Array | undefined;
    await this.round('gradients', true, async (home) => {
      await this.run(`gradients ${home}`, gradientPlan(task, home));
      if (!wanted) return;
      const range = cols[home];
      if (range === undefined) throw new RangeError(`there is no rank ${home}`);
      const part = await this.floats('yGrad', gradientRows(problem, range) * problem.embedDim);
      if (home === rank) {
        own = part;
        return;
      }
      // The rank after the home begins.
      const first = (home + 1) % cols.length === rank;
      if (!first) add(part, await this.receive(`yGrad ${home}`));
      this.transport.send(`yGrad ${home}`, part);
    });
    if (own !== undefined && cols.length > 1) add(own, await this.receive(`yGrad ${rank}`));
    return own;
  }

  private receive(tag: string): Promise<Float32Array<ArrayBuffer>> {
    return this.steps.receive(this.transport, tag);
  }

  /** A copy of the home columns, to send or to put back. */
  private home(): Float32Array<ArrayBuffer> {
    const data = this.task.inputs[this.homeBuffer()];
    if (!(data instanceof Float32Array)) throw new RangeError('a rank has columns');
    return new Float32Array(data);
  }

  private homeBuffer(): string {
    return this.task.problem.oneTensor === true ? 'x' : 'y';
  }

  private async run(label: string, plan: Plan): Promise<void> {
    await this.steps.run(label, plan, this.memory.buffers);
  }

  /** Empty lists: kernels keep columns in order within a shard, but the ring has the shards in another order on each rank. */
  private noneHardest(): Record<string, DataArray> {
    const { hardest = 0, numRows } = this.task.problem;
    if (hardest === 0) return {};
    const { logits, places } = emptyLists(hardest * numRows);
    return { hardestLogits: logits, hardestPlaces: places };
  }

  private async keepHardest(home: number): Promise<void> {
    const { hardest = 0 } = this.task.problem;
    if (hardest === 0) return;
    const { first, count } = rowsOfRank(this.task);
    const [start, end] = [first * hardest, (first + count) * hardest];
    this.hardest[home] = {
      logits: new Float32Array(await this.memory.read('hardestLogits')).slice(start, end),
      places: new Uint32Array(await this.memory.read('hardestPlaces')).slice(start, end),
    };
  }

  private async lines(): Promise<Float32Array> {
    return new Float32Array(await this.memory.read('lines'));
  }

  private async floats(name: string, count: number): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.memory.read(name), 0, count).slice();
  }

  /** Bytes of the visitors and of the gradient that goes with them, while the rank holds them. */
  private visitBytes(): number {
    const { problem, cols } = this.task;
    if (cols.length === 1) return 0;
    const most = Math.max(...cols.map(({ count }) => count));
    return 4 * most * problem.embedDim * (problem.gradients.includes('y') ? 2 : 1);
  }

  /** Outputs of the whole problem come from the first rank, outputs of rows from the rank that has the rows. */
  private async outputs(all: boolean): Promise<Record<string, DataArray>> {
    const { problem } = this.task;
    const { embedDim, hardest = 0, gradients } = problem;
    const { pairwise } = lossOf(problem.loss);
    const rows = rowsOfRank(this.task);
    const found: Record<string, DataArray> = {};
    const wholes = [
      'loss',
      'rowLse',
      'colLse',
      'teacherLse',
      'rowRanks',
      'colRanks',
      'rowLogits',
      'numNegatives',
    ];
    for (const { name, dtype = 'f32' } of all ? this.memory.planned : []) {
      if (!wholes.includes(name)) continue;
      found[name] = arrayOfDtype(dtype, await this.memory.read(name));
    }
    const own = async (as: string, name: string) => {
      const planned = this.memory.planned.find((one) => one.name === name);
      if (planned === undefined) return;
      const values = arrayOfDtype(planned.dtype ?? 'f32', await this.memory.read(name));
      found[as] = values.slice(rows.first, rows.first + rows.count);
    };
    if (hardest > 0) {
      const { logits, places } = mergeHardest(this.hardest, hardest);
      found['hardestLogits'] = logits;
      found['hardestPlaces'] = places;
    }
    if (gradients.includes('logitScale')) await own('scaleTerms', scaleTerms(problem));
    if (gradients.includes('logitBias')) await own('biasTerms', 'biasTerms');
    if (pairwise) await own('lossTerms', problem.reduction === 'none' ? 'loss' : 'lossTerms');
    if (gradients.includes('x')) found['xGrad'] = await this.floats('xGrad', rows.count * embedDim);
    if (gradients.includes('y')) {
      const count = gradientRows(problem, colsOfRank(this.task)) * embedDim;
      found['yGrad'] = await this.floats('yGrad', count);
    }
    return found;
  }
}

/** `sum` += `part` */
function add(sum: Float32Array, part: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? NaN) + (part[at] ?? NaN);
}
