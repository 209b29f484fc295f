import type { Range } from '../../../tile/trace-tiles.ts';
import { lossOf, type Loss } from '../../../operations/contrastive/losses/index.ts';
import type { ContrastiveStep, LineState } from '../../../operations/contrastive/trace.ts';
import type { SoftmaxState } from '../../../tile/online-softmax.ts';
import { indicesOf } from '../../../tile/trace-tiles.ts';
import type { StateCell, StateView } from './frame.ts';
import { shortNumber } from './numbers.ts';

const MAXIMUM = { symbol: 'm', about: 'largest negative so far' };
const SUM = { symbol: 'l', about: 'sum of exp(z − m) over the negatives so far' };
const POSITIVE = { symbol: 'z⁺', about: 'logit of the positive' };
const LSE = { symbol: 'lse', about: 'log of the sum of exp, over negatives and positive' };
const LOSS = { symbol: 'loss', about: 'lse − z⁺' };
const LOSS_SO_FAR = { symbol: 'loss', about: 'sum of log(1 + exp(∓z)) over the pairs so far' };

const cell = (value: number, changed = false): StateCell => ({ text: shortNumber(value), changed });
const statsCells = ({ peak, total }: SoftmaxState, changed: boolean) => [
  cell(peak, changed),
  cell(total, changed),
];

/** The tables beside a step of the contrastive lesson. */
export const contrastiveStates = (step: ContrastiveStep, loss: Loss): StateView[] =>
  lossOf(loss).pairwise ? pairwiseStates(step) : softmaxStates(step);

/** Without a softmax, a row keeps its loss, and the gradient grows from the first tile on. */
function pairwiseStates({ phase, rows, cols, rowStates, xGrad, yGrad }: ContrastiveStep): StateView[] {
  if (phase === 'y-weights' || phase === 'y-gradient')
    return [gradientView('y', yGrad, cols, phase === 'y-gradient')];
  const own = rows ?? { first: 0, end: rowStates.length };
  const losses = {
    title: rows ? 'What each row of the block keeps' : 'Rows',
    heads: [LOSS_SO_FAR],
    rows: named('x', own).map(({ name, index }) => ({
      name,
      cells: [cell(rowStates[index]?.loss ?? 0, phase === 'x-weights')],
    })),
  };
  return rows ? [losses, gradientView('x', xGrad, rows, phase === 'x-gradient')] : [losses];
}

function softmaxStates(step: ContrastiveStep): StateView[] {
  const { phase, rows, cols, rowStates, colStates, parts, xGrad, yGrad } = step;
  switch (phase) {
    case 'logits':
    case 'rows':
    case 'columns':
      return [
        {
          title: 'What each row of the block keeps',
          heads: [MAXIMUM, SUM, POSITIVE],
          rows: named('x', rows).map(({ name, index }) => ({
            name,
            cells: rowStates
              .slice(index, index + 1)
              .flatMap((state) => [...statsCells(state, phase === 'rows'), cell(state.positive)]),
          })),
        },
        {
          title: 'What this row block has of the tile’s columns',
          heads: [MAXIMUM, SUM],
          rows: named('y', cols).map(({ name, index }) => ({
            name,
            cells: parts.slice(index, index + 1).flatMap((part) => statsCells(part, phase === 'columns')),
          })),
        },
      ];
    case 'merge':
      return [
        linesView('Columns, over all rows', 'y', colStates, [MAXIMUM, SUM, POSITIVE], (state) => [
          ...statsCells(state, true),
          cell(state.positive),
        ]),
      ];
    case 'losses':
      return [
        linesView('Rows', 'x', rowStates, [POSITIVE, LSE, LOSS], lossCells),
        linesView('Columns', 'y', colStates, [POSITIVE, LSE, LOSS], lossCells),
      ];
    case 'x-weights':
    case 'x-gradient':
      return [gradientView('x', xGrad, rows, phase === 'x-gradient')];
    case 'y-weights':
    case 'y-gradient':
      return [gradientView('y', yGrad, cols, phase === 'y-gradient')];
  }
}

const lossCells = ({ positive, lse = NaN, loss = NaN }: LineState) => [
  cell(positive),
  cell(lse, true),
  cell(loss, true),
];

const named = (side: string, range: Range = { first: 0, end: 0 }) =>
  indicesOf(range).map((index) => ({ name: `${side} ${index}`, index }));

function linesView(
  title: string,
  side: string,
  states: readonly LineState[],
  heads: StateView['heads'],
  cells: (state: LineState) => StateCell[],
): StateView {
  return { title, heads, rows: states.map((state, i) => ({ name: `${side} ${i}`, cells: cells(state) })) };
}

function gradientView(
  side: 'x' | 'y',
  gradient: readonly (readonly number[])[],
  own: Range | undefined,
  changed: boolean,
): StateView {
  const width = gradient[0]?.length ?? 0;
  return {
    title: `Gradient of the block’s rows of ${side}`,
    heads: Array.from({ length: width }, (_, d) => ({ symbol: `d${d}`, about: `element ${d}` })),
    rows: named(side, own).map(({ name, index }) => ({
      name,
      cells: (gradient[index] ?? []).map((value) => ({ text: shortNumber(value, 3), changed })),
    })),
  };
}
