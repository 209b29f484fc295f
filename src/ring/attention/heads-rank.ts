import { addPart, cutTensor, type Range } from '../../core/cut.ts';
import type { Arrays } from '../../core/variant.ts';
import type { Session } from '../../gpu/session.ts';
import { attentionBackwardOptions } from '../../operations/attention-backward/options.ts';
import { flash as flashBackward } from '../../operations/attention-backward/variants/flash.ts';
import { groupSize } from '../../operations/attention/problem.ts';
import {
  cutsAt,
  inputsOf,
  kvHeadsOf,
  problemAt,
  shapesOf,
  tensorsAt,
  type Place,
  type RankTensor,
} from '../../operations/attention/sharded/place.ts';
import { flash } from '../../operations/attention/variants/flash.ts';
import { sizeOf } from '../../core/tensor.ts';
import { RankSteps, type RankOptions } from '../steps.ts';
import { linkTo, type Links } from './links.ts';
import { partsOf, type AttentionOutputs, type AttentionTask, type OutputPart } from './task.ts';

/** Heads of one key/value head, which are computed together. */
type Unit = Place & Required<Pick<Place, 'heads' | 'kvHeads'>>;

/**
 * One rank's share of attention where heads change places (Jacobs et al., "DeepSpeed Ulysses", 2023): it hands each rank that
 * rank's heads of its rows, computes its own heads over all rows, and hands back to each rank its rows. Results of a unit are on their way
 * while the next unit is computed.
 */
export class HeadsRank {
  private readonly steps: RankSteps;

  constructor(
    session: Session,
    private readonly task: AttentionTask,
    private readonly links: Links,
    options: RankOptions,
  ) {
    this.steps = new RankSteps(session, options, task.sources);
  }

  async run(): Promise<AttentionOutputs> {
    const { rank } = this.task;
    for (const to of this.others) {
      for (const unit of this.unitsOf(to)) {
        for (const [name, tensor] of this.rowsOf(unit)) this.send(to, `${name} ${labelOf(unit)}`, tensor);
      }
    }
    const parts: OutputPart[] = [];
    for (const unit of this.unitsOf(rank)) {
      const outputs = await this.compute(unit);
      for (const [name, data] of Object.entries(outputs)) {
        if (!(data instanceof Float32Array)) continue;
        if (this.isOfTokens(name)) parts.push(...this.handOut(name, unit, data));
        else parts.push(...partsOf({ [name]: data }, unit));
      }
    }
    for (const from of this.others) {
      for (const unit of this.unitsOf(from)) parts.push(...(await this.collect(from, unit)));
    }
    const transports = this.links.filter((link) => link !== undefined);
    return { parts, ...this.steps.figures(transports, this.visitBytes(), this.task.params) };
  }

  /** A unit's inputs: its own rows, and those of the other ranks once they have come. */
  private async compute(unit: Unit): Promise<Arrays> {
    const { problem: whole, backward, headTensors, params, rank } = this.task;
    const problem = problemAt(whole, unit);
    const tensors: Record<string, RankTensor> = tensorsAt(headTensors, this.within(unit));
    for (const [name, own] of this.rowsOf(unit)) {
      const shape = shapesOf(problem)[name] ?? [];
      const all = { shape, data: new Float32Array(sizeOf(shape)) };
      addPart(all, cutsAt(name, this.tokensOf(rank, name)), own.data as Float32Array);
      for (const from of this.others) {
        const data = await this.steps.receive(linkTo(this.links, from), `${name} ${labelOf(unit)}`);
        addPart(all, cutsAt(name, this.tokensOf(from, name)), data);
      }
      tensors[name] = all;
    }
    const inputs = inputsOf(attentionBackwardOptions, problem, tensors);
    const plan = backward ? flashBackward.plan(problem, params) : flash.plan(problem, params);
    return this.steps.run(`heads ${labelOf(unit)}`, plan, {}, inputs, () => true);
  }

  /** Gives each rank its rows or keys of a result. @returns the rank's own */
  private handOut(name: string, unit: Unit, data: Float32Array): OutputPart[] {
    const shape = shapesOf(problemAt(this.task.problem, unit))[name] ?? [];
    const whole = { shape, data: new Float32Array(data) };
    const cutFor = (rank: number) => cutTensor(whole, cutsAt(name, this.tokensOf(rank, name)));
    for (const to of this.others) this.send(to, `${name} ${labelOf(unit)}`, cutFor(to));
    const { rank } = this.task;
    return partsOf({ [name]: cutFor(rank).data }, { ...unit, ...this.tokensOf(rank, name) });
  }

  /** The rank's rows and keys of a unit that another rank has computed. */
  private async collect(from: number, unit: Unit): Promise<OutputPart[]> {
    const { backward, rank } = this.task;
    const names = backward ? ['queryGrad', 'keyGrad', 'valueGrad'] : ['output', 'lse'];
    const parts: OutputPart[] = [];
    for (const name of names) {
      const data = await this.steps.receive(linkTo(this.links, from), `${name} ${labelOf(unit)}`);
      parts.push(...partsOf({ [name]: data }, { ...unit, ...this.tokensOf(rank, name) }));
    }
    return parts;
  }

  private send(to: number, tag: string, { data }: RankTensor): void {
    if (data instanceof Float32Array) linkTo(this.links, to).send(tag, data);
  }

  private isOfTokens(name: string): boolean {
    return cutsAt(name, this.tokensOf(0, name)).length > 0 && !['biasGrad', 'sinksGrad'].includes(name);
  }

  /** The rank's rows and keys of a unit. */
  private rowsOf(unit: Unit): [string, RankTensor][] {
    const { rowTensors, keyTensors } = this.task;
    return Object.entries(tensorsAt({ ...rowTensors[0], ...keyTensors[0] }, unit));
  }

  private tokensOf(rank: number, name: string): Place {
    const { queries, keys } = this.task;
    const [own, ownKeys] = [queries[rank]?.[0], keys[rank]?.[0]];
    if (own === undefined || ownKeys === undefined) throw new RangeError(`there is no rank ${rank}`);
    return /^(key|value)/.test(name) ? { keys: ownKeys } : { queries: own };
  }

  /** The heads of a rank, by the key/value head that they need. */
  private unitsOf(rank: number): Unit[] {
    const { heads, problem } = this.task;
    const own = heads[rank] ?? { first: 0, count: 0 };
    const { first, count } = kvHeadsOf(problem, own);
    const group = groupSize(problem);
    return Array.from({ length: count }, (_, at) => {
      const start = Math.max(own.first, (first + at) * group);
      const end = Math.min(own.first + own.count, (first + at + 1) * group);
      return { heads: { first: start, count: end - start }, kvHeads: { first: first + at, count: 1 } };
    });
  }

  /** A unit's heads among those of the rank, which `headTensors` have. */
  private within({ heads }: Unit): Place {
    const { first }: Range = this.task.heads[this.task.rank] ?? { first: 0, count: 0 };
    return { heads: { first: heads.first - first, count: heads.count } };
  }

  /** Bytes of a unit's tensors over all rows: in place of a shard of rows. */
  private visitBytes(): number {
    const unit = this.unitsOf(this.task.rank)[0];
    if (unit === undefined || this.task.heads.length === 1) return 0;
    const shapes = shapesOf(problemAt(this.task.problem, unit));
    const forward = ['query', 'key', 'value', 'output', 'lse'];
    const backward = ['query', 'key', 'value', 'outputGrad', 'queryGrad', 'keyGrad', 'valueGrad'];
    return (this.task.backward ? backward : forward).reduce(
      (sum, name) => sum + 4 * sizeOf(shapes[name] ?? []),
      0,
    );
  }

  private get others(): number[] {
    const { rank, heads } = this.task;
    return Array.from({ length: heads.length - 1 }, (_, step) => (rank + 1 + step) % heads.length);
  }
}

const labelOf = ({ heads: { first, count } }: Unit): string =>
  count === 1 ? `${first}` : `${first}-${first + count - 1}`;
