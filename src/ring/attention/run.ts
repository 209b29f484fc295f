import { addPart, type Range } from '../../core/cut.ts';
import type { ShaderSources } from '../../core/plan.ts';
import { sizeOf } from '../../core/tensor.ts';
import type { Arrays, Params } from '../../core/variant.ts';
import type { AttentionBackwardProblem } from '../../operations/attention-backward/problem.ts';
import { shapesOf, tensorsAt, type RankTensors } from '../../operations/attention/sharded/place.ts';
import { isBanded } from '../../operations/attention/visibility.ts';
import { rankRuns, withRanks, type RankHandle, type RingOptions, type RingOutputs } from '../ring.ts';
import { shardsOf } from '../shards.ts';
import type { AttentionOutputs, AttentionTask, Schedule } from './task.ts';

/** Attention for a ring. */
export interface AttentionForRing {
  readonly schedule: Schedule;
  /** In f32. */
  readonly problem: AttentionBackwardProblem;
  readonly backward: boolean;
  readonly params: Params;
  /** Tensors of the arguments, and of their options. */
  readonly tensors: RankTensors;
  readonly sources?: ShaderSources;
}

/**
 * The pieces of each rank's tokens: one range; or balanced, one from either end, since where later queries see more keys the first ones
 * and the last ones make the work even.
 */
export function piecesOf(total: number, ranks: number, balanced: boolean, of: string): Range[][] {
  const single = shardsOf(total, ranks, of);
  if (!balanced || total < 2 * ranks || ranks === 1) return single.map((range) => [range]);
  const halves = shardsOf(total, 2 * ranks, of);
  return single.map((_, rank) => [rank, 2 * ranks - 1 - rank].flatMap((half) => halves[half] ?? []));
}

/** Tensors that have rows, of which each rank has its own. */
const OF_ROWS = ['query', 'outputGrad', 'lseGrad'];
const OF_PAIRS = ['bias', 'mask'];
const OF_KEYS = ['key', 'value'];

const only = (tensors: RankTensors, names: readonly string[]): RankTensors =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => names.includes(name)));

function tasksOf(given: AttentionForRing, ranks: number): AttentionTask[] {
  // Without the tensors of the whole problem, which no rank holds.
  const { tensors, ...shared } = given;
  const { schedule, problem } = shared;
  const isRing = schedule === 'ring';
  const balanced = isRing && isBanded(problem);
  const queries = piecesOf(problem.seqLenQ, ranks, balanced, 'query');
  const keys = piecesOf(problem.seqLenKV, ranks, balanced, 'key');
  const heads = isRing ? [] : shardsOf(problem.numHeads, ranks, 'query', 'heads');
  const known = [...OF_ROWS, ...OF_PAIRS, ...OF_KEYS];
  const perHead = Object.keys(tensors).filter((name) => !known.includes(name));
  const rows = only(tensors, isRing ? [...OF_ROWS, ...OF_PAIRS] : OF_ROWS);
  return Array.from({ length: ranks }, (_, rank) => {
    const own = heads[rank];
    return {
      ...shared,
      ...{ rank, queries, keys, heads },
      rowTensors: (queries[rank] ?? []).map((range) => tensorsAt(rows, { queries: range })),
      keyTensors: (keys[rank] ?? []).map((range) => tensorsAt(only(tensors, OF_KEYS), { keys: range })),
      headTensors: tensorsAt(
        only(tensors, isRing ? perHead : [...perHead, ...OF_PAIRS]),
        own ? { heads: own } : {},
      ),
    };
  });
}

/** Outputs of the whole problem from the parts of the ranks: of what several have a part in, they add up. */
function joined({ problem, backward }: AttentionForRing, found: readonly AttentionOutputs[]): Arrays {
  const shapes = shapesOf(problem);
  const names = backward
    ? [
        ...['queryGrad', 'keyGrad', 'valueGrad'],
        ...(problem.biasShape ? ['biasGrad'] : []),
        ...(problem.sinks === true ? ['sinksGrad'] : []),
      ]
    : ['output', 'lse'];
  const outputs = Object.fromEntries(
    names.map((name) => [name, new Float32Array(sizeOf(shapes[name] ?? []))] as const),
  );
  for (const { name, cuts, data } of found.flatMap(({ parts }) => parts)) {
    const whole = outputs[name];
    if (whole !== undefined) addPart({ shape: shapes[name] ?? [], data: whole }, cuts, data);
  }
  return outputs;
}

/**
 * Attention over all ranks.
 * @throws ShapeError naming `ranks`, if there are more of them than rows, keys or heads; the first error of a rank, which names it;
 * AbortError
 */
export async function runAttention(
  ranks: readonly RankHandle[],
  given: AttentionForRing,
  options: RingOptions,
): Promise<RingOutputs> {
  const tasks = tasksOf(given, ranks.length);
  return withRanks(ranks, options, async (each, startMs) => {
    const ports = mesh(ranks.length);
    const found = await each((handle, rank) => {
      const task = tasks[rank];
      if (task === undefined) throw new RangeError(`there is no rank ${rank}`);
      return handle.attention(task, ports[rank] ?? [], (state) => options.onState?.(rank, state));
    });
    options.onFraction?.(1);
    return { outputs: joined(given, found), ...rankRuns(found, startMs) };
  });
}

/** A channel between each two ranks. @returns the ends of each rank, by the other's number */
function mesh(count: number): (MessagePort | undefined)[][] {
  const ends = Array.from({ length: count }, () => new Array<MessagePort | undefined>(count).fill(undefined));
  for (let rank = 0; rank < count; rank++) {
    for (let other = rank + 1; other < count; other++) {
      const { port1, port2 } = new MessageChannel();
      const [mine, theirs] = [ends[rank], ends[other]];
      if (mine && theirs) [mine[other], theirs[rank]] = [port1, port2];
    }
  }
  return ends;
}
