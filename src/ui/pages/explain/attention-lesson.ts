import { normals } from '../../../core/random.ts';
import type { AttentionProblem } from '../../../operations/attention/problem.ts';
import { visibleKeys } from '../../../operations/attention/visibility.ts';
import {
  attentionTrace,
  type AttentionPhase,
  type AttentionStep,
  type AttentionTrace,
  type RowState,
} from '../../../operations/attention/trace.ts';
import { compare } from '../../../core/deviation.ts';
import { indicesOf, type TileSize } from '../../../tile/trace-tiles.ts';
import { floatTensor } from '../../../core/tensor.ts';
import type { LabClient } from '../../../worker/api.ts';
import {
  ATTENTION_EXCERPTS,
  ATTENTION_FORMULAS,
  attentionTitle,
  attentionWords,
  MASK_EXCERPT,
} from './attention-words.ts';
import type { Agreement, DrawnTile, Frame, Lesson, MatrixView, StateView } from './frame.ts';
import { isSame, shortNumber } from './numbers.ts';
import { attentionTraffic, tileParams } from './traffic.ts';

/** Which of a row's numbers a phase sets. */
const SETS: Readonly<Record<AttentionPhase, readonly ('peak' | 'shrink' | 'total' | 'sums' | 'lse')[]>> = {
  start: ['peak', 'total', 'sums'],
  scores: [],
  max: ['peak', 'shrink'],
  weights: ['total'],
  output: ['sums'],
  finish: ['sums', 'lse'],
};

/** One-pass attention over one head, step by step. */
export class AttentionLesson implements Lesson {
  private readonly trace: AttentionTrace;
  private readonly query: Float32Array;
  private readonly key: Float32Array;
  private readonly value: Float32Array;

  constructor(
    private readonly problem: AttentionProblem,
    private readonly tile: TileSize,
    seed: number,
  ) {
    const { seqLenQ, seqLenKV, headDim, headDimV } = problem;
    this.query = normals(seqLenQ * headDim, 3 * seed);
    this.key = normals(seqLenKV * headDim, 3 * seed + 1);
    this.value = normals(seqLenKV * headDimV, 3 * seed + 2);
    this.trace = attentionTrace(problem, { query: this.query, key: this.key, value: this.value }, tile);
  }

  get steps(): number {
    return this.trace.steps.length;
  }

  frame(at: number): Frame {
    const { steps, tiles } = this.trace;
    const step = steps[at];
    if (!step) throw new RangeError(`step ${at} of ${steps.length}`);
    const own = tiles.filter(({ rows }) => isSame(rows, step.rows));
    const isMasked = step.tile?.flat().includes(-Infinity) === true;
    return {
      phase: step.phase,
      title: attentionTitle(step),
      formula: ATTENTION_FORMULAS[step.phase],
      words: attentionWords(step, own),
      matrix: this.matrix(step, at),
      states: [stateView(step)],
      excerpts: [
        ...ATTENTION_EXCERPTS[step.phase],
        ...(step.phase === 'scores' && isMasked ? [MASK_EXCERPT] : []),
      ],
      traffic: attentionTraffic(this.problem, this.tile, steps, at),
    };
  }

  async run(lab: LabClient, signal: AbortSignal): Promise<Agreement> {
    const { problem, trace, query, key, value } = this;
    const { seqLenQ, seqLenKV, headDim, headDimV, causal } = problem;
    const { output, lse, run } = await lab.attention(
      {
        query: floatTensor([1, 1, seqLenQ, headDim], query),
        key: floatTensor([1, 1, seqLenKV, headDim], key),
        value: floatTensor([1, 1, seqLenKV, headDimV], value),
        causal,
      },
      { variant: 'flash', params: { ...tileParams(this.tile, headDim) }, signal },
    );
    const difference = (name: string, actual: ArrayLike<number>, expected: Float64Array) => ({
      name,
      ...compare([{ actual, expected }], Infinity, ''),
    });
    return {
      variant: run.variant,
      differences: [difference('output', output.data, trace.output), difference('lse', lse.data, trace.lse)],
    };
  }

  private matrix(step: AttentionStep, at: number): MatrixView {
    const { problem, trace } = this;
    const isSoftened = step.phase === 'weights' || step.phase === 'output';
    const isOver = step.phase === 'finish';
    return {
      numRows: problem.seqLenQ,
      numCols: problem.seqLenKV,
      rowName: 'query',
      colName: 'key',
      tiles: trace.tiles.map(({ rows, keys, kind }): DrawnTile => {
        const first = trace.steps.findIndex((one) => isSame(one.rows, rows) && isSame(one.keys, keys));
        const isCurrent = step.keys !== undefined && isSame(step.rows, rows) && isSame(step.keys, keys);
        if (kind === 'skipped') return { rows, cols: keys, state: 'skipped' };
        const state = isCurrent ? 'current' : first < at ? 'done' : 'ahead';
        return { rows, cols: keys, state, step: first };
      }),
      ...(step.tile && { numbers: step.tile }),
      tint: isSoftened ? (value) => value : (value) => Math.max(-1, Math.min(1, value / 3)),
      isHidden: (row, col) => {
        const { first, end } = visibleKeys(problem, row, 0);
        return col < first || col >= end;
      },
      isMarked: () => false,
      rowProgress: indicesOf({ first: 0, end: problem.seqLenQ }).map((row) => {
        if (row >= step.rows.end) return 'nothing';
        return row < step.rows.first || isOver ? 'final' : 'running';
      }),
    };
  }
}

function stateView({ phase, states }: AttentionStep): StateView {
  const isOver = phase === 'finish';
  const width = states[0]?.sums.length ?? 0;
  const has = (name: keyof RowState) => SETS[phase].some((set) => set === name);
  return {
    title: isOver ? 'What the workgroup writes' : 'What each row of the block keeps',
    heads: [
      { symbol: 'm', about: 'largest score so far' },
      { symbol: 'shrink', about: 'what the last maximum multiplied the sums by' },
      { symbol: 'l', about: 'sum of the weights so far' },
      ...Array.from({ length: width }, (_, d) => ({
        symbol: `${isOver ? 'out' : 'O'}${subscript(d)}`,
        about: isOver ? `output, element ${d}` : `accumulator, element ${d}`,
      })),
      ...(isOver ? [{ symbol: 'lse', about: 'log of the sum of exp' }] : []),
    ],
    rows: states.map(({ row, peak, shrink, total, sums, lse }) => ({
      name: `query ${row}`,
      cells: [
        { text: shortNumber(peak), changed: has('peak') },
        {
          text: has('shrink') || phase === 'weights' || phase === 'output' ? shortNumber(shrink) : '',
          changed: has('shrink'),
        },
        { text: shortNumber(total), changed: has('total') },
        ...sums.map((sum) => ({ text: shortNumber(sum), changed: has('sums') })),
        ...(lse === undefined ? [] : [{ text: shortNumber(lse), changed: true }]),
      ],
    })),
  };
}

const subscript = (digit: number): string => '₀₁₂₃₄₅₆₇₈₉'[digit] ?? String(digit);
