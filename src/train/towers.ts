import type * as JaxModule from '@jax-js/jax';
import { SIDE } from './picture.ts';
import { VOCABULARY } from './words.ts';

/** jax-js, loaded by whoever trains: pages and commands that do not train never load it. */
export type Jax = typeof JaxModule;
export type JaxArray = JaxModule.Array;

/** Parameters by name. */
export type Params = Record<string, JaxArray>;

/** The width of embeddings. */
export const EMBED_DIM = 32;

/** A small network of jax-js. */
export interface Network {
  /** The shape of each parameter. Those of one dimension begin as zeros. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The shape of an input. */
  readonly inputShape: readonly number[];
  /** [rows, …inputShape] → [rows, EMBED_DIM]. Uses up its arguments, as functions of jax-js do. */
  apply(jax: Jax, params: Params, inputs: JaxArray): JaxArray;
}

/** Channels behind the first and the second convolution, and the width of the layer behind them. */
const [FIRST, SECOND, WIDE] = [32, 64, 64];
/** Pixels of the first convolution's window and stride, and of the second's. */
const [WINDOW, NEXT_WINDOW] = [4, 2];
const GRID = SIDE / WINDOW;
const NEXT_GRID = GRID / NEXT_WINDOW;

/**
 * Two convolutions, whose stride is as long as their window, and two layers. Such a convolution is a product of windows and weights;
 * it is written so because the gradient of jax-js's own convolution takes 50 times as long on a CPU.
 */
export const pictureNetwork: Network = {
  inputShape: [SIDE, SIDE, 3],
  shapes: {
    conv1: [WINDOW * WINDOW * 3, FIRST],
    bias1: [FIRST],
    conv2: [NEXT_WINDOW * NEXT_WINDOW * FIRST, SECOND],
    bias2: [SECOND],
    dense: [NEXT_GRID * NEXT_GRID * SECOND, WIDE],
    bias3: [WIDE],
    out: [WIDE, EMBED_DIM],
  },
  apply(jax, params, pixels) {
    const [rows = 0] = pixels.shape;
    const first = layer(jax, windows(pixels, rows, GRID, WINDOW, 3), params, 'conv1', 'bias1');
    const second = layer(jax, windows(first, rows, NEXT_GRID, NEXT_WINDOW, FIRST), params, 'conv2', 'bias2');
    const flat = second.reshape([rows, NEXT_GRID * NEXT_GRID * SECOND]);
    return product(jax, layer(jax, flat, params, 'dense', 'bias3'), params, 'out');
  },
};

/** The sum of the embeddings of all words, a layer, and a projection. The order of words does not count. */
export const wordNetwork: Network = {
  inputShape: [VOCABULARY.length],
  shapes: {
    words: [VOCABULARY.length, WIDE],
    bias1: [WIDE],
    dense: [WIDE, WIDE],
    bias2: [WIDE],
    out: [WIDE, EMBED_DIM],
  },
  apply(jax, params, counts) {
    const summed = layer(jax, counts, params, 'words', 'bias1');
    return product(jax, layer(jax, summed, params, 'dense', 'bias2'), params, 'out');
  },
};

/** Pixels as windows that do not overlap: [rows · grid², window² · channels]. */
const windows = (pixels: JaxArray, rows: number, grid: number, window: number, channels: number): JaxArray =>
  pixels
    .reshape([rows, grid, window, grid, window, channels])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([rows * grid * grid, window * window * channels]);

const product = ({ numpy }: Jax, inputs: JaxArray, params: Params, weights: string): JaxArray =>
  numpy.matmul(inputs, named(params, weights));

const layer = (jax: Jax, inputs: JaxArray, params: Params, weights: string, bias: string): JaxArray =>
  jax.nn.relu(product(jax, inputs, params, weights).add(named(params, bias)));

function named(params: Params, name: string): JaxArray {
  const found = params[name];
  if (found === undefined) throw new RangeError(`the network has no parameter '${name}'`);
  return found;
}
