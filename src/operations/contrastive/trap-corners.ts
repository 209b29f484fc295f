import type { Corner } from '../../core/corner.ts';
import { normals } from '../../core/random.ts';
import type { Arrays } from '../../core/variant.ts';
import { withDropped } from './dropped-rows.ts';
import type { ContrastiveProblem } from './problem.ts';
import { LABELLED, VOCABULARY } from './shape-corners.ts';

const ROWS = { numRows: 40, embedDim: 16 } as const;
const rows = (): Float32Array => normals(40 * 16, 1);

/** y is opposite to x, nearly. */
function opposite(): Arrays {
  const y = Float32Array.from({ length: 40 * 16 }, (_, at) => (at % 16 === 0 ? -1 : 0));
  return { x: y.map((value, at) => -value + (at % 16 === 1 ? 0.0005 * at : 0)), y };
}

function matched(): Arrays {
  return { x: rows(), y: rows() };
}

function twins(): Arrays {
  const half = rows().subarray(0, 20 * 16);
  return { x: Float32Array.from([...half, ...half]) };
}

const someZero = (): Arrays => ({ x: rows().fill(0, 0, 3 * 16) });

/** Inputs that have broken others. */
export const TRAPS: Readonly<Record<string, Corner<ContrastiveProblem>>> = {
  ...Object.fromEntries(
    (['clip', 'info-nce', 'dcl'] as const).map((loss) => [
      `${loss}, all logits below -88`,
      { problem: { ...ROWS, loss, logitScale: 150 }, inputs: opposite },
    ]),
  ),
  ...Object.fromEntries(
    (['clip', 'info-nce', 'siglip'] as const).map((loss) => [
      `${loss}, every pair already matched`,
      { problem: { ...ROWS, loss, logitScale: 100, normalize: true }, inputs: matched },
    ]),
  ),
  ...Object.fromEntries(
    (['nt-xent', 'dcl'] as const).map((loss) => [
      `${loss} of two views, every pair already matched`,
      { problem: { ...ROWS, loss, logitScale: 100, normalize: true, oneTensor: true }, inputs: twins },
    ]),
  ),
  'every row dropped': {
    problem: { ...VOCABULARY, zLoss: 0.001 },
    inputs: () => ({ labels: withDropped(new Int32Array(37).fill(-100), -100) }),
  },
  'bce, rows without a label': {
    problem: LABELLED,
    inputs: () => ({ labels: withDropped(new Int32Array(3 * 37).fill(-100), -100) }),
  },
  'bce, a label twice': {
    problem: LABELLED,
    inputs: () => ({
      labels: withDropped(
        Int32Array.from({ length: 3 * 37 }, (_, at) => (at % 3 === 0 ? 60 : Math.floor(at / 3))),
        -100,
      ),
    }),
  },
  'zero rows': { problem: ROWS, inputs: someZero },
  'zero rows, normalised': { problem: { ...ROWS, normalize: true }, inputs: someZero },
  'duplicate rows': {
    problem: { ...ROWS, normalize: true },
    inputs: () => {
      const few = rows().map((_, at, all) => all[at % 32] ?? NaN);
      return { x: few, y: few };
    },
  },
  'rows whose squares leave the range of f32': {
    problem: { ...ROWS, normalize: true, gradients: [] },
    inputs: () => ({ x: rows().map((value, at) => value * (at < 200 ? 1e-25 : 1e25)) }),
  },
};
