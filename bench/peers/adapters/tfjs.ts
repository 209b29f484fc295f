import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { dependencies } from '../package.json';
import { SHARED_DEVICE, type AttentionWork, type ContrastiveWork, type OpenPeers } from '../peer.ts';

/** The named outputs of one execution. */
type Outputs = Readonly<Record<string, tf.Tensor>>;

interface Program {
  readonly inputs: readonly tf.Tensor[];
  readonly execute: () => Outputs;
}

/**
 * Opens TensorFlow.js. It has no attention, so this is attention from its matrix products and softmax, as users write
 * it.
 */
export const openTfjs: OpenPeers = async ({ device }) => {
  const backend = new WebGPUBackend(device, device.adapterInfo);
  // Its kernels are registered for the name `webgpu`. The backend of that name would open its own device, so it is replaced.
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

/** Attention from two products and a softmax. Query heads that share a key/value head become rows of one product. */
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
      const scores = tf.matMul(tf.mul(query, softmaxScale), key, false, true);
      const weights = tf.softmax(mask ? tf.add(scores, mask) : scores);
      return { output: tf.matMul(weights, value) };
    },
  };
}

/**
 * A bias for a causal mask, bottom-right: 0 where a query sees a key, else a number so low that no score outweighs
 * it.
 */
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
    const scaled = tf.mul(x, scale);
    const logits = tf.matMul(scaled, y, false, true);
    const positives = tf.sum(tf.mul(scaled, y), 1);
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
