import { cutTensor, type Range } from '../../core/cut.ts';
import { floatBuffer, type Plan, type PlanBuffer } from '../../core/plan.ts';
import type { Arrays } from '../../core/variant.ts';
import { BufferSet } from '../../gpu/buffers.ts';
import type { Session } from '../../gpu/session.ts';
import { attentionBackwardOptions } from '../../operations/attention-backward/options.ts';
import type { AttentionBackwardProblem } from '../../operations/attention-backward/problem.ts';
import { isTwoTerm } from '../../operations/attention-backward/passes/stages.ts';
import { blockGradientPlan, deltaPlan, rowsPlan } from '../../operations/attention-backward/sharded/plans.ts';
import { emptyStats, STATS_WORDS } from '../../operations/attention/passes/state.ts';
import { attentionSizes } from '../../operations/attention/problem.ts';
import { cutsAt, inputsOf, problemAt, type Place } from '../../operations/attention/sharded/place.ts';
import { finishedPlan, mergedPlan } from '../../operations/attention/sharded/plans.ts';
import { visiblePairs } from '../../operations/attention/visibility.ts';
import { RankSteps, type RankOptions } from '../steps.ts';
import type { Transport } from '../transport.ts';
import { linkTo, type Links } from './links.ts';
import { partsOf, type AttentionOutputs, type AttentionTask, type OutputPart } from './task.ts';
import { addTo, packed, unpacked, type Pair } from './visitor.ts';

/** A buffer of one piece of the rank's rows, or of the keys that visit it. */
const of = (name: string, piece: number): string => `${name} ${piece}`;

/**
 * One rank's share of attention where keys and values go round. Its rows stay, and their state is merged with what they see in
 * each shard of the keys. Gradients take a round more: those of a shard of keys follow it, and each rank adds its part.
 */
export class RingRank {
  private constructor(
    private readonly task: AttentionTask,
    private readonly memory: BufferSet,
    private readonly links: Links,
    private readonly steps: RankSteps,
  ) {}

  /** @throws OutOfMemoryError */
  static async open(
    session: Session,
    task: AttentionTask,
    links: Links,
    options: RankOptions,
  ): Promise<RingRank> {
    const memory = await BufferSet.allocate(session.device, { buffers: buffersOf(task), passes: [] });
    return new RingRank(task, memory, links, new RankSteps(session, options, task.sources));
  }

  async run(): Promise<AttentionOutputs> {
    this.uploadRows();
    await this.round('forward', (home) => this.merge(home));
    const parts = this.task.backward ? await this.gradients() : await this.finish();
    const transports = this.links.filter((link) => link !== undefined);
    return { parts, ...this.steps.figures(transports, heldBytes(this.task), this.task.params) };
  }

  destroy(): void {
    this.memory.destroy();
  }

  /** Rows, and states that have seen no key: a sink is there from the first. */
  private uploadRows(): void {
    const { rowTensors, headTensors, problem } = this.task;
    const { sinks } = headTensors;
    for (const [piece, tensors] of rowTensors.entries()) {
      const { lse: numRows } = attentionSizes(this.rowsProblem(piece));
      const perHead = numRows / (problem.batch * problem.numHeads);
      const sinkOf = (row: number) => sinks?.data[Math.floor(row / perHead) % problem.numHeads] ?? NaN;
      this.memory.upload({
        ...Object.fromEntries(
          ['query', 'outputGrad'].flatMap((name) => {
            const tensor = tensors[name];
            return tensor === undefined ? [] : [[of(name, piece), tensor.data]];
          }),
        ),
        [of('stats', piece)]: emptyStats(numRows, sinks && sinkOf),
      });
    }
  }

  /** Merges what the rows see in the keys at hand into their states. */
  private merge(home: number): Promise<void> {
    return this.blocks(home, async (problem, place, inputs, [piece, visitor]) => {
      await this.runBlock(`forward ${home}`, mergedPlan(problem, this.task.params), inputs, {
        ...this.operands(piece, visitor),
        ...{ merged: of('output', piece), mergedStats: of('stats', piece) },
      });
    });
  }

  private async finish(): Promise<OutputPart[]> {
    const parts: OutputPart[] = [];
    for (const [piece, queries] of this.ownQueries.entries()) {
      const found = await this.runBlock(
        'finish',
        finishedPlan(this.rowsProblem(piece)),
        {},
        { merged: of('output', piece), mergedStats: of('stats', piece) },
        (name) => name === 'output' || name === 'lse',
      );
      parts.push(...partsOf(found, { queries }));
    }
    return parts;
  }

  private async gradients(): Promise<OutputPart[]> {
    const { keys, rank, problem } = this.task;
    if (isTwoTerm(problem)) await this.round('deltas', (home) => this.addDeltas(home));
    const parts = await this.rowData();
    const own = await this.gradientRound(parts);
    for (const [piece, queries] of this.ownQueries.entries()) {
      parts.push(...partsOf({ queryGrad: await this.floats(of('querySum', piece)) }, { queries }));
    }
    const home = keys[rank] ?? [];
    unpacked(problem, home, own).forEach(({ key, value }, piece) => {
      const range = home[piece];
      if (range) parts.push(...partsOf({ keyGrad: key, valueGrad: value }, { keys: range }));
    });
    return parts;
  }

  private addDeltas(home: number): Promise<void> {
    return this.blocks(home, async (problem, _place, inputs, [piece, visitor]) => {
      await this.runBlock(`deltas ${home}`, deltaPlan(problem, this.task.params), inputs, {
        ...this.operands(piece, visitor),
        ...{ output: of('output', piece), rowStats: of('stats', piece) },
        ...{ outputGrad: of('outputGrad', piece), deltaSum: of('deltas', piece) },
      });
    });
  }

  /** The data of each row that gradients need. @returns the rank's part in the gradients of sinks */
  private async rowData(): Promise<OutputPart[]> {
    const parts: OutputPart[] = [];
    for (const [piece, tensors] of this.task.rowTensors.entries()) {
      const { biasShape: _bias, maskShape: _mask, ...plain } = this.rowsProblem(piece);
      const { lseGrad } = tensors;
      const inputs = inputsOf(attentionBackwardOptions, plain, {
        ...this.task.headTensors,
        ...(lseGrad && { lseGrad }),
      });
      const found = await this.runBlock(
        'rows',
        rowsPlan(plain),
        inputs,
        {
          ...{ output: of('output', piece), rowStats: of('stats', piece), rowData: of('rowData', piece) },
          ...{ outputGrad: of('outputGrad', piece), deltas: of('deltas', piece) },
        },
        (name) => name === 'sinksGrad',
      );
      parts.push(...partsOf(found, {}));
    }
    return parts;
  }

  /**
   * The round of the gradients. A shard's gradients follow the shard, one rank behind it, and each rank adds its part. They end
   * at home, where the home's own part waits.
   * @param parts gets the gradients of biases
   * @returns the whole gradients of the home keys
   */
  private async gradientRound(parts: OutputPart[]): Promise<Float32Array<ArrayBuffer>> {
    const { rank, keys, params } = this.task;
    let own: Float32Array<ArrayBuffer> = new Float32Array();
    await this.round('backward', async (home) => {
      this.clearKeySums();
      await this.blocks(home, async (block, place, inputs, [piece, visitor]) => {
        const found = await this.runBlock(
          `backward ${home}`,
          blockGradientPlan(block, params),
          inputs,
          {
            ...this.operands(piece, visitor),
            ...{ outputGrad: of('outputGrad', piece), rowData: of('rowData', piece) },
            ...{ querySum: of('querySum', piece) },
            ...{ keySum: of('keySum', visitor), valueSum: of('valueSum', visitor) },
          },
          (name) => name === 'biasGrad',
        );
        parts.push(...partsOf(found, place));
      });
      const part = await this.keySums(keys[home] ?? []);
      if (home === rank) {
        own = part;
        return;
      }
      // The rank after the home begins.
      if ((home + 1) % keys.length !== rank) addTo(part, await this.receive(`gradients ${home}`));
      this.next.send(`gradients ${home}`, part);
    });
    if (keys.length > 1) addTo(own, await this.receive(`gradients ${rank}`));
    return own;
  }

  /** Calls `visit` for the home keys and for those of every other rank, which go round. */
  private async round(name: string, visit: (home: number) => Promise<void>): Promise<void> {
    const { rank, keys, keyTensors } = this.task;
    const ranks = keys.length;
    const home = () => packed(keyTensors.map((tensors) => pairOf(tensors)));
    if (ranks > 1) this.next.send(`${name} ${rank}`, home());
    this.uploadKeys(rank, home());
    await visit(rank);
    for (let step = 1; step < ranks; step++) {
      const from = (rank - step + ranks) % ranks;
      const data = await this.receive(`${name} ${from}`);
      this.uploadKeys(from, data);
      // On its way before the work on it, so that the next rank need not wait for this one.
      if (step < ranks - 1) this.next.send(`${name} ${from}`, data);
      await visit(from);
    }
  }

  private uploadKeys(home: number, data: Float32Array<ArrayBuffer>): void {
    const { problem, keys } = this.task;
    for (const [piece, { key, value }] of unpacked(problem, keys[home] ?? [], data).entries()) {
      this.memory.upload({ [of('key', piece)]: key, [of('value', piece)]: value });
    }
  }

  /** Calls `visit` for each piece of the rank's rows and piece of the keys at hand that see each other. */
  private async blocks(
    home: number,
    visit: (
      problem: AttentionBackwardProblem,
      place: Place,
      inputs: Arrays,
      pieces: readonly [rows: number, keys: number],
    ) => Promise<void>,
  ): Promise<void> {
    const { problem: whole, keys, rowTensors, headTensors } = this.task;
    for (const [piece, queries] of this.ownQueries.entries()) {
      for (const [visitor, range] of (keys[home] ?? []).entries()) {
        const place = { queries, keys: range };
        const { sinks: _sinks, lseGrad: _lseGrad, ...problem } = problemAt(whole, place);
        if (visiblePairs(problem) === 0) continue;
        const byPair = Object.entries(rowTensors[piece] ?? {}).filter(([name]) =>
          ['bias', 'mask'].includes(name),
        );
        const cut = byPair.map(
          ([name, tensor]) => [name, cutTensor(tensor, cutsAt(name, { keys: range }))] as const,
        );
        const inputs = inputsOf(attentionBackwardOptions, problem, {
          ...headTensors,
          ...Object.fromEntries(cut),
        });
        await visit(problem, place, inputs, [piece, visitor]);
      }
    }
  }

  private operands(piece: number, visitor: number): Record<string, string> {
    return { query: of('query', piece), key: of('key', visitor), value: of('value', visitor) };
  }

  /** @param names of the call's buffers, by the plan's names */
  private runBlock(
    label: string,
    plan: Plan,
    inputs: Arrays,
    names: Readonly<Record<string, string>>,
    wanted?: (name: string) => boolean,
  ): Promise<Arrays> {
    const given = Object.entries(names).flatMap(([name, held]) => {
      const buffer = this.memory.buffers[held];
      return buffer === undefined ? [] : [[name, buffer] as const];
    });
    return this.steps.run(label, plan, Object.fromEntries(given), inputs, wanted);
  }

  private clearKeySums(): void {
    for (const { name, bytes } of this.memory.planned) {
      if (/^(key|value)Sum /.test(name)) this.memory.upload({ [name]: new Float32Array(bytes / 4) });
    }
  }

  private async keySums(pieces: readonly Range[]): Promise<Float32Array<ArrayBuffer>> {
    const { batch, numKVHeads, headDim, headDimV } = this.task.problem;
    const pairs: Pair[] = [];
    for (const [piece, { count }] of pieces.entries()) {
      const keys = batch * numKVHeads * count;
      pairs.push({
        key: (await this.floats(of('keySum', piece))).subarray(0, keys * headDim),
        value: (await this.floats(of('valueSum', piece))).subarray(0, keys * headDimV),
      });
    }
    return packed(pairs);
  }

  private async floats(name: string): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.memory.read(name));
  }

  private get ownQueries(): readonly Range[] {
    return this.task.queries[this.task.rank] ?? [];
  }

  private rowsProblem(piece: number): AttentionBackwardProblem {
    return rowsProblem(this.task, piece);
  }

  private receive(tag: string): Promise<Float32Array<ArrayBuffer>> {
    const { rank, keys } = this.task;
    return this.steps.receive(linkTo(this.links, (rank - 1 + keys.length) % keys.length), tag);
  }

  private get next(): Transport {
    const { rank, keys } = this.task;
    return linkTo(this.links, (rank + 1) % keys.length);
  }
}

function pairOf({ key, value }: AttentionTask['keyTensors'][number]): Pair {
  if (key?.data instanceof Float32Array && value?.data instanceof Float32Array) {
    return { key: key.data, value: value.data };
  }
  throw new RangeError('a rank has keys and values');
}

function rowsProblem({ problem, queries, rank }: AttentionTask, piece: number): AttentionBackwardProblem {
  const own = queries[rank]?.[piece];
  if (own === undefined) throw new RangeError(`there is no piece ${piece}`);
  return problemAt(problem, { queries: own });
}

/** Buffers that live as long as the call: rows and their states, keys that visit, and gradients of both. */
function buffersOf(task: AttentionTask): PlanBuffer[] {
  const { problem, backward, queries, keys, rank } = task;
  const buffer = (name: string, count: number) => floatBuffer('state', name, count);
  const rows = (queries[rank] ?? []).flatMap((_, piece) => {
    const { query, output, lse } = attentionSizes(rowsProblem(task, piece));
    return [
      buffer(of('query', piece), query),
      buffer(of('output', piece), output),
      buffer(of('stats', piece), STATS_WORDS * lse),
      ...(backward
        ? [
            buffer(of('outputGrad', piece), output),
            buffer(of('rowData', piece), STATS_WORDS * lse),
            buffer(of('querySum', piece), query),
          ]
        : []),
      ...(backward && isTwoTerm(problem) ? [buffer(of('deltas', piece), lse)] : []),
    ];
  });
  const pieces = Math.max(...keys.map(({ length }) => length));
  const visitors = Array.from({ length: pieces }, (_, piece) => {
    const most = Math.max(...keys.map((ranges) => ranges[piece]?.count ?? 0));
    const { key, value } = attentionSizes({ ...problem, seqLenKV: most });
    return [
      buffer(of('key', piece), key),
      buffer(of('value', piece), value),
      ...(backward ? [buffer(of('keySum', piece), key), buffer(of('valueSum', piece), value)] : []),
    ];
  });
  return [...rows, ...visitors.flat()];
}

/** Bytes of those that are neither the rank's rows nor their output nor gradients. */
const heldBytes = (task: AttentionTask): number => {
  const own = /^(query|output|outputGrad|querySum) /;
  const alone = task.keys.length === 1 ? /^(key|value|keySum|valueSum) / : /^$/;
  return buffersOf(task)
    .filter(({ name }) => !own.test(name) && !alone.test(name))
    .reduce((sum, { bytes }) => sum + bytes, 0);
};
