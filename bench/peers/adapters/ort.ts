import * as ort from 'onnxruntime-web/webgpu';
import { UnsupportedError } from '../../../src/core/errors.ts';
import { readBuffer } from '../../../src/gpu/buffers.ts';
import { DEVICE_LIMITS } from '../../../src/core/device-profile.ts';
import { swapMiddleAxes } from '../heads.ts';
import { attentionGraph } from '../onnx/attention-graph.ts';
import { contrastiveGraph } from '../onnx/contrastive-graph.ts';
import { encodeModel, type OnnxGraph } from '../onnx/model.ts';
import { dependencies } from '../package.json';
import { OWN_DEVICE, SHARED_DEVICE, type OpenPeers, type Peer, type Prepared, type Work } from '../peer.ts';

/** A graph, and its inputs in the layout of ONNX Runtime. */
interface Program {
  readonly graph: OnnxGraph;
  readonly data: Readonly<Record<string, Float32Array | Int32Array>>;
  /** Outputs that are written to an input's buffer, with that input. */
  readonly inPlace?: Readonly<Record<string, string>>;
  /** Converts outputs to the layout of Tilewise. Outputs without an entry have it already. */
  readonly unpack?: Readonly<Record<string, (data: Float32Array) => Float32Array>>;
  readonly wanted: readonly string[];
}

/**
 * Opens ONNX Runtime, twice if the device has subgroups: with them it takes other kernels, which are wrong on some
 * adapters.
 */
export const openOrt: OpenPeers = async ({ device }) => {
  ort.env.wasm.numThreads = 1;
  const version = dependencies['onnxruntime-web'];
  const peer = (id: string, title: string, on: GPUDevice, words: string): Peer => ({
    id,
    title,
    version,
    device: words,
    prepare: (work) => prepare(on, work.operation === 'attention' ? attention(work) : contrastive(work)),
  });
  if (!device.features.has('subgroups')) return [peer('ort', 'ONNX Runtime Web', device, SHARED_DEVICE)];
  return [
    peer('ort', 'ONNX Runtime Web', device, SHARED_DEVICE),
    peer(
      'ort-no-subgroups',
      'ONNX Runtime Web, no subgroups',
      await deviceWithoutSubgroups(),
      `${OWN_DEVICE}, opened without subgroups`,
    ),
  ];
};

async function deviceWithoutSubgroups(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new UnsupportedError('the adapter gives no second device');
  return await adapter.requestDevice({
    requiredFeatures: (['shader-f16', 'timestamp-query'] as const).filter((one) => adapter.features.has(one)),
    requiredLimits: Object.fromEntries(DEVICE_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
}

async function prepare(
  device: GPUDevice,
  { graph, data, inPlace = {}, unpack = {}, wanted }: Program,
): Promise<Prepared> {
  const session = await ort.InferenceSession.create(encodeModel(graph), {
    executionProviders: [{ name: 'webgpu', device }],
    logSeverityLevel: 3,
    // Without this, an operator that has no WebGPU kernel would run on the CPU, and nobody would notice.
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });
  const buffers = new Map<string, GPUBuffer>();
  const allocate = (name: string, count: number): GPUBuffer => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ label: name, size: Math.max(16, 4 * count), usage });
    buffers.set(name, buffer);
    return buffer;
  };
  const tensors = (values: OnnxGraph['inputs']) =>
    Object.fromEntries(
      values.map(({ name, shape: dims }) => {
        const given = data[name];
        if (given instanceof Int32Array) return [name, new ort.Tensor('int32', given, dims)];
        const buffer =
          buffers.get(inPlace[name] ?? '') ??
          allocate(
            name,
            dims.reduce((product, size) => product * size, 1),
          );
        if (given) device.queue.writeBuffer(buffer, 0, given as Float32Array<ArrayBuffer>);
        return [name, ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims })];
      }),
    );
  const feeds = tensors(graph.inputs);
  const fetches = tensors(graph.outputs);
  return {
    async run() {
      await session.run(feeds, fetches);
    },
    settle: () => device.queue.onSubmittedWorkDone(),
    async outputs() {
      const read = async (name: string) => {
        const buffer = buffers.get(name);
        const output = graph.outputs.find((one) => one.name === name);
        if (!buffer || !output) throw new RangeError(`no output ${name}`);
        const count = output.shape.reduce((product, size) => product * size, 1);
        const found = new Float32Array(await readBuffer(device, buffer, 4 * count));
        return [name, unpack[name]?.(found) ?? found] as const;
      };
      return Object.fromEntries(await Promise.all(wanted.map(read)));
    },
    dispose() {
      void session.release();
      for (const buffer of buffers.values()) buffer.destroy();
    },
  };
}

function attention({ problem, inputs }: Extract<Work, { operation: 'attention' }>): Program {
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV } = problem;
  const graph = attentionGraph(problem);
  if (graph === undefined) {
    throw new UnsupportedError(
      'MultiHeadAttention has no causal mask and no shared heads here, and GroupQueryAttention is always causal',
    );
  }
  const interleave = (data: Float32Array, heads: number, length: number, width: number) =>
    swapMiddleAxes(data, batch, heads, length, width);
  const isDecode = graph.inputs.some(({ name }) => name === 'pastKey');
  const last = (data: Float32Array, width: number) => lastTokens(data, batch * numKVHeads, seqLenKV, width);
  return {
    graph,
    data: {
      query: interleave(inputs.query, numHeads, seqLenQ, headDim),
      key: isDecode ? last(inputs.key, headDim) : interleave(inputs.key, numKVHeads, seqLenKV, headDim),
      value: isDecode
        ? last(inputs.value, headDimV)
        : interleave(inputs.value, numKVHeads, seqLenKV, headDimV),
      pastKey: inputs.key,
      pastValue: inputs.value,
      lastToken: new Int32Array(batch).fill(seqLenKV - 1),
      totalLength: Int32Array.of(seqLenKV),
    },
    inPlace: isDecode ? { presentKey: 'pastKey', presentValue: 'pastValue' } : {},
    unpack: { output: (output) => swapMiddleAxes(output, batch, seqLenQ, numHeads, headDimV) },
    wanted: ['output'],
  };
}

/** The last row of each head. */
function lastTokens(data: Float32Array, heads: number, length: number, width: number): Float32Array {
  const last = new Float32Array(heads * width);
  for (let head = 0; head < heads; head++) {
    last.set(data.subarray(((head + 1) * length - 1) * width, (head + 1) * length * width), head * width);
  }
  return last;
}

function contrastive({ problem, inputs }: Extract<Work, { operation: 'contrastive' }>): Program {
  return {
    graph: contrastiveGraph(problem),
    data: { x: inputs.x, y: inputs.y, scale: Float32Array.of(problem.logitScale) },
    wanted: ['loss', 'xGrad', 'yGrad', 'logitScaleGrad'],
  };
}
