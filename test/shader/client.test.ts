import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AbortError,
  DeviceLostError,
  openLab,
  ShapeError,
  TilewiseError,
  UnsupportedError,
  type LabClient,
} from '../../src/index.ts';
import { LabHost } from '../../src/worker/host.ts';
import { attentionArgs } from '../support/lab.ts';
import { NodeWorker } from '../support/node-worker.ts';
import '../support/null-navigator.ts';

let workers: NodeWorker[] = [];
let lab: LabClient;

beforeEach(async () => {
  workers = [];
  lab = await openLab({
    tuned: {},
    worker: () => {
      const worker = new NodeWorker();
      workers.push(worker);
      return worker;
    },
  });
});
afterEach(() => {
  lab.close();
  vi.restoreAllMocks();
});

const args = attentionArgs(4);

/** How a call fails. It must reject, and never throw. */
async function failure(call: () => Promise<unknown>): Promise<TilewiseError> {
  const promise = call();
  const error: unknown = await promise.then(
    () => 'no failure',
    (thrown: unknown) => thrown,
  );
  if (error instanceof TilewiseError) return error;
  throw new Error(`not a typed error: ${String(error)}`);
}

/** What has crossed to the worker. */
const argsOf = (sent: unknown): typeof args => (sent as { readonly args: typeof args }).args;

/** For values that TypeScript would refuse. */
const wrong = (value: unknown): never => value as never;

describe('an end', () => {
  test('close rejects running, queued and later calls at once', async () => {
    const calls = [1, 2, 3].map(() => lab.attention(attentionArgs(512), { variant: 'naive' }));
    lab.close();
    calls.push(lab.attention(args));
    for (const call of calls) {
      await expect(call).rejects.toBeInstanceOf(AbortError);
      await expect(call).rejects.toThrow('the lab is closed');
    }
    await expect(lab.loseDevice()).rejects.toBeInstanceOf(AbortError);
  });

  test('a worker that fails rejects the running call, and queued ones get a new worker', async () => {
    const running = lab.attention(args);
    const queued = lab.attention(args);
    await new Promise((resolve) => setTimeout(resolve));
    workers[0]?.fail('odd');
    await expect(running).rejects.toBeInstanceOf(DeviceLostError);
    await expect(running).rejects.toMatchObject({ kind: 'crashed' });
    await expect(queued).resolves.toMatchObject({ lse: { shape: [1, 2, 4] } });
    expect(workers).toHaveLength(2);
  });

  test('a worker that was given as it is cannot be replaced', async () => {
    const worker = new NodeWorker();
    const own = await openLab({ tuned: {}, worker });
    worker.fail('odd');
    expect(await failure(() => own.attention(args))).toBeInstanceOf(UnsupportedError);
    own.close();
  });

  test('a call right after loseDevice has resolved gets a new device', async () => {
    for (let turn = 0; turn < 5; turn++) {
      await lab.attention(args);
      await lab.loseDevice();
      await expect(lab.attention(args)).resolves.toBeDefined();
    }
  });
});

describe('options are refused by name, and the queue goes on', () => {
  const cases: [string, unknown][] = [
    ['signal', {}],
    ['signal', null],
    ['watchMs', NaN],
    ['watchMs', 'abc'],
    ['watchMs', -1],
    ['onProgress', 5],
    ['check', 'yes'],
    ['variant', 7],
    ['params', [8]],
    ['params', null],
    ['params', Promise.resolve({})],
    ['sources', Promise.resolve({})],
    ['sources', { 'lib/tile.wesl': 5 }],
    ['transfer', 1],
    ['varaint', 'flash'],
    ['budgetMs', 5],
  ];
  test.each(cases)('%s: %j', async (name, value) => {
    const before = lab.attention(args);
    expect(await failure(() => lab.attention(args, wrong({ [name]: value })))).toMatchObject({
      name: 'ShapeError',
      argument: name,
    });
    await expect(before).resolves.toBeDefined();
    await expect(lab.attention(args)).resolves.toBeDefined();
  });

  test('of other calls', async () => {
    const state = await lab.attention(args);
    const named = async (call: () => Promise<unknown>) => {
      const error = await failure(call);
      return error instanceof ShapeError ? error.argument : error.message;
    };
    expect(await named(() => lab.mergeStates([state, state], { variant: 'nope' }))).toContain("'nope'");
    expect(await named(() => lab.tune('attention', {}, { budgetMs: NaN }))).toBe('budgetMs');
    expect(await named(() => lab.tune('attention', {}, wrong(null)))).toBe('options');
    expect(await named(() => lab.peaks(wrong({ check: true })))).toBe('check');
    expect(await named(() => lab.timestampClock(wrong(5)))).toBe('options');
    expect(await named(() => lab.compile(wrong(undefined)))).toBe('kernel');
    expect(await named(() => openLab({ adapter: wrong('bogus') }))).toBe('adapter');
    expect(await named(() => openLab({ worker: wrong({}) }))).toBe('worker');
    expect(await named(() => openLab(wrong(null)))).toBe('options');
  });

  test('a file that does not exist is no source', async () => {
    const sources = { 'lib/tiel.wesl': '' };
    expect(await failure(() => lab.attention(args, { sources }))).toMatchObject({
      argument: 'sources.lib/tiel.wesl',
    });
  });

  test('a long time to wait is not cut to nothing', async () => {
    await expect(lab.attention(args, { watchMs: 1e12 })).resolves.toBeDefined();
    await expect(lab.attention(args, { watchMs: Infinity })).resolves.toBeDefined();
    expect(workers).toHaveLength(1);
  });
});

describe('arguments', () => {
  const detached = () => {
    const data = new Float32Array(128);
    structuredClone(data, { transfer: [data.buffer] });
    return data;
  };
  const bad: [string, unknown, string][] = [
    ['nothing', undefined, 'args'],
    ['null', null, 'args'],
    ['a symbol', { ...args, causal: Symbol('c') }, 'causal'],
    ['a function as scoreMod', { ...args, scoreMod: (score: number) => score }, 'scoreMod'],
    ['a promise', { ...args, query: Promise.resolve(args.query) }, 'query'],
    ['a detached array', { ...args, key: { ...args.key, data: detached() } }, 'key.data'],
    [
      'a proxy of an array',
      { ...args, key: { ...args.key, data: new Proxy(args.key.data, {}) } },
      'key.data',
    ],
    [
      'a getter that throws',
      {
        ...args,
        get query() {
          throw new RangeError('no');
        },
      },
      'args',
    ],
  ];
  test.each(bad)('%s is refused by name', async (_words, given, name) => {
    expect(await failure(() => lab.attention(wrong(given)))).toMatchObject({ argument: name });
    await expect(lab.attention(args)).resolves.toBeDefined();
  });

  const absent = [
    ...[
      'bias',
      'mask',
      'sinks',
      'alibiSlopes',
      'seqLensKV',
      'cuSeqLensQ',
      'window',
      'scoreMod',
      'scorePrecision',
    ],
    ...['softcap', 'softmaxScale'],
  ];
  test.each(absent)('%s may be left out, but is not null, false, 0n or a big number', async (name) => {
    for (const value of [null, false, 0n, 2n ** 70n]) {
      const error = await failure(() => lab.attention(wrong({ ...args, [name]: value })));
      expect(error).toMatchObject({ argument: name });
    }
  });

  test('null is no tensor of other calls', async () => {
    const embeddings = { shape: [2, 4], data: new Float32Array(8) };
    const named = (call: () => Promise<unknown>) =>
      failure(call).then((error) => error instanceof ShapeError && error.argument);
    for (const name of [
      'y',
      'hardNegatives',
      'queue',
      'labels',
      'ids',
      'prefixDims',
      'logitScale',
      'gradients',
    ]) {
      const given = { loss: 'info-nce', x: embeddings, y: embeddings, [name]: null };
      expect(await named(() => lab.contrastive(wrong(given)))).toBe(name);
    }
    expect(await named(() => lab.mergeStates(wrong([null])))).toBe('states[0].output');
    expect(await named(() => lab.attentionBackward(wrong({ ...args, outputGrad: null })))).toBe('outputGrad');
  });

  test('a proxy, a resizable buffer and shared memory work', async () => {
    const resizable = Reflect.construct(ArrayBuffer, [512, { maxByteLength: 1024 }]) as ArrayBuffer;
    const query = { shape: args.query.shape, data: new Float32Array(resizable, 0, 128) };
    const key = { shape: args.key.shape, data: new Float32Array(new SharedArrayBuffer(512)) };
    const given = new Proxy({ ...args, query, key }, {});
    await expect(lab.attention(wrong(given))).resolves.toBeDefined();
  });

  test('are those of the time of the call, of a small part of a buffer no more than that', async () => {
    const call = vi.spyOn(LabHost.prototype, 'call');
    const buffer = new ArrayBuffer(2 ** 20);
    const query = { shape: args.query.shape, data: new Float32Array(buffer, 4096, 128).fill(3) };
    const calls = [lab.attention({ ...args, query }), lab.attention({ ...args, query })];
    query.data.fill(0);
    await Promise.all(calls);
    for (const [, , sent] of call.mock.calls) {
      const { data } = argsOf(sent).query;
      expect(new Set(data)).toEqual(new Set([3]));
      expect(data.buffer.byteLength).toBe(512);
    }
  });

  test('are handed over with transfer, and only if all are good', async () => {
    const own = attentionArgs(4);
    const scoreMod: never = wrong(() => 1);
    await failure(() => lab.attention({ ...own, scoreMod }, { transfer: true }));
    expect(own.query.data).toHaveLength(128);
    const call = lab.attention(own, { transfer: true });
    expect([own.query, own.key, own.value].map(({ data }) => data.length)).toEqual([0, 0, 0]);
    await expect(call).resolves.toMatchObject({ output: { shape: [1, 2, 4, 16] } });
  });

  test('two views of one buffer are handed over together', async () => {
    const call = vi.spyOn(LabHost.prototype, 'call');
    const buffer = new ArrayBuffer(1024);
    const query = { shape: args.query.shape, data: new Float32Array(buffer, 0, 128).fill(1) };
    const key = { shape: args.key.shape, data: new Float32Array(buffer, 512, 128).fill(2) };
    await lab.attention({ ...args, query, key }, { transfer: true });
    const sent = argsOf(call.mock.calls[0]?.[2]);
    expect([sent.query.data[0], sent.key.data[0]]).toEqual([1, 2]);
  });
});
