import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { dependencies } from '../package.json';
import { SHARED_DEVICE, type AttentionWork, type ContrastiveWork, type OpenPeers } from '../peer.ts';

/** Named tensors that one execution leaves behind. */
type Outputs = Readonly<Record<string, tf.Tensor>>;

interface Program {
  readonly inputs: readonly tf.Tensor[];
  readonly execute: () => Outputs;
}

/** TensorFlow.js has no attention of its own: these are its matrix products and softmax, as its users write them. */
export const openTfjs: OpenPeers = async ({ device }) => {
  const backend = new WebGPUBackend(device, device.adapterInfo);
  // Its kernels are registered for this name; what the package registers there would open a device of its own.
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend);
  await tf.setBackend('webgpu');
  return [
    {
      id: 'tfjs',
      title: 'TensorFlow.js',
      version: dependencies['@tensorflow/tfjs-backend-webgpu'],
      device: SHARED_DEVICE,
      prepare(work) {
        const { inputs, execute } = work.operation === 'attention' ? attention(work) : contrastive(work);
        let last: Outputs = {};
        const drop = () => {
          for (const tensor of Object.values(last)) tensor.dispose();
        };
        return Promise.resolve({
          run() {
            const next = tf.tidy(execute);
            drop();
            last = next;
            backend.ensureCommandEncoderReady();
            backend.endComputePassEncoder();
            backend.submitQueue();
            return Promise.resolve();
          },
          settle: () => device.queue.onSubmittedWorkDone(),
          async outputs() {
            const read = async ([name, tensor]: [string, tf.Tensor]) => [name, await tensor.data()] as const;
            return Object.fromEntries(await Promise.all(Object.entries(last).map(read)));
          },
          dispose() {
            drop();
            for (const tensor of inputs) tensor.dispose();
          },
        });
      },
    },
  ];
};

/** Query heads that share a key/value head stand below each other, as rows of one product. */
function attention({ problem, inputs }: AttentionWork): Program {
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV, softmaxScale } = problem;
  const rows = (numHeads / numKVHeads) * seqLenQ;
  const query = tf.tensor(inputs.query, [batch, numKVHeads, rows, headDim]);
  const key = tf.tensor(inputs.key, [batch, numKVHeads, seqLenKV, headDim]);
  const value = tf.tensor(inputs.value, [batch, numKVHeads, seqLenKV, headDimV]);
  const mask =
    problem.causal === false
      ? undefined
      : tf.tensor(causalBias(rows, seqLenQ, seqLenKV), [1, 1, rows, seqLenKV]);
  return {
    inputs: [query, key, value, ...(mask ? [mask] : [])],
    execute() {
      const scores = tf.mul(tf.matMul(query, key, false, true), softmaxScale);
      const weights = tf.softmax(mask ? tf.add(scores, mask) : scores);
      return { output: tf.matMul(weights, value) };
    },
  };
}

/** 0 where a query sees a key, and a number that no score outweighs where it does not; aligned to the bottom right. */
function causalBias(rows: number, seqLenQ: number, seqLenKV: number): Float32Array {
  const bias = new Float32Array(rows * seqLenKV);
  for (let row = 0; row < rows; row++) {
    const seen = (row % seqLenQ) + seqLenKV - seqLenQ + 1;
    bias.fill(-1e9, row * seqLenKV + seen, (row + 1) * seqLenKV);
  }
  return bias;
}

function contrastive({ problem, inputs }: ContrastiveWork): Program {
  const { numRows, embedDim, logitScale } = problem;
  const x = tf.tensor(inputs.x, [numRows, embedDim]);
  const y = tf.tensor(inputs.y, [numRows, embedDim]);
  const scale = tf.scalar(logitScale);
  const lossAndGradients = tf.valueAndGrads((x, y, scale) => {
    const logits = tf.mul(tf.matMul(x, y, false, true), scale);
    const positives = tf.mul(tf.sum(tf.mul(x, y), 1), scale);
    const lse = tf.add(tf.logSumExp(logits, 1), tf.logSumExp(logits, 0));
    return tf.mean(tf.sub(tf.mul(lse, 0.5), positives));
  });
  return {
    inputs: [x, y, scale],
    execute() {
      const { value: loss, grads } = lossAndGradients([x, y, scale]);
      const [xGrad, yGrad, logitScaleGrad] = grads as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { loss, xGrad, yGrad, logitScaleGrad };
    },
  };
}
