import * as jax from '@jax-js/jax';
import { dependencies } from '../package.json';
import { swapMiddleAxes } from '../heads.ts';
import { OWN_DEVICE, type AttentionWork, type ContrastiveWork, type OpenPeers } from '../peer.ts';

const { numpy: np, nn } = jax;

/** A function from arrays to named outputs, which `jit` compiles as a whole. */
interface Program {
  readonly inputs: readonly jax.Array[];
  readonly compute: (...inputs: jax.Array[]) => jax.Array[];
  readonly names: readonly string[];
  /** Converts an output to the layout of Tilewise. */
  readonly unpack?: (output: Float32Array) => Float32Array;
}

/** Opens jax-js. It opens its own device, accepts no other, and requests no subgroups. */
export const openJax: OpenPeers = async () => {
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  const { queue } = jax.getWebGPUDevice();
  return [
    {
      id: 'jax',
      title: 'jax-js',
      version: dependencies['@jax-js/jax'],
      device: OWN_DEVICE,
      prepare(work) {
        const program = work.operation === 'attention' ? attention(work) : contrastive(work);
        const { inputs, names, unpack = (output) => output } = program;
        const compiled = jax.jit(program.compute);
        // jax-js is lazy: it computes nothing until data is requested. Arrays that were computed are given back before
        // the next run, which can use their buffers again.
        const pending: jax.Array[] = [];
        let last: readonly jax.Array[] = [];
        let isSettled = true;
        const drop = (arrays: readonly jax.Array[]) => {
          for (const array of arrays) array.dispose();
        };
        return Promise.resolve({
          run() {
            if (isSettled) drop(last);
            else pending.push(...last);
            isSettled = false;
            last = compiled(...inputs.map(({ ref }) => ref));
            return Promise.resolve();
          },
          async settle() {
            await jax.blockUntilReady([...pending, ...last]);
            await queue.onSubmittedWorkDone();
            drop(pending.splice(0));
            isSettled = true;
          },
          async outputs() {
            const read = async (array: jax.Array, place: number) =>
              [names[place] ?? '', unpack(floats(await array.ref.data()))] as const;
            return Object.fromEntries(await Promise.all(last.map(read)));
          },
          dispose() {
            drop([...pending, ...last, ...inputs]);
            compiled.dispose();
          },
        });
      },
    },
  ];
};

/** Results are of f32. */
function floats(data: unknown): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new RangeError('jax-js gave another type than f32');
}

function attention({ problem, inputs }: AttentionWork): Program {
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV, softmaxScale, causal } = problem;
  const upload = (data: Float32Array, heads: number, length: number, width: number) =>
    np.array(swapMiddleAxes(data, batch, heads, length, width), { shape: [batch, length, heads, width] });
  return {
    inputs: [
      upload(inputs.query, numHeads, seqLenQ, headDim),
      upload(inputs.key, numKVHeads, seqLenKV, headDim),
      upload(inputs.value, numKVHeads, seqLenKV, headDimV),
    ],
    compute: (query, key, value) => [
      nn.dotProductAttention(query, key, value, { scale: softmaxScale, isCausal: causal !== false }),
    ],
    names: ['output'],
    unpack: (output) => swapMiddleAxes(output, batch, seqLenQ, numHeads, headDimV),
  };
}

function contrastive({ problem, inputs }: ContrastiveWork): Program {
  const shape = [problem.numRows, problem.embedDim];
  const lossAndGradients = jax.valueAndGrad(
    (x: jax.Array, y: jax.Array, scale: jax.Array) => {
      // Scaling x costs N · D products; scaling the logits would cost N · N, forward and backward.
      const scaled = x.mul(scale);
      const logits = np.matmul(scaled.ref, np.transpose(y.ref));
      const positives = np.sum(scaled.mul(y), 1);
      const lse = nn.logsumexp(logits.ref, 1).add(nn.logsumexp(logits, 0));
      return np.mean(lse.mul(0.5).sub(positives));
    },
    { argnums: [0, 1, 2] },
  );
  return {
    inputs: [
      np.array(inputs.x, { shape }),
      np.array(inputs.y, { shape }),
      np.array(Float32Array.of(problem.logitScale), { shape: [] }),
    ],
    compute(x, y, scale) {
      const [loss, gradients] = lossAndGradients(x, y, scale);
      return [loss, ...gradients];
    },
    names: ['loss', 'xGrad', 'yGrad', 'logitScaleGrad'],
  };
}
