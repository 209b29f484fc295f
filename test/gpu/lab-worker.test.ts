import { expect, test } from 'vitest';
import { DeviceLostError, openLab, openRing, UnsupportedError } from '../../src/index.ts';
import { attentionArgs } from '../support/lab.ts';
import { attentionParams } from '../support/ring.ts';

/** The library's worker, as Vite serves workers, which ends itself when it is told to. */
function mortalWorker(): Worker {
  const entry = new URL('../../src/worker/entry.ts?worker_file&type=module', import.meta.url).href;
  const script = `
    import ${JSON.stringify(entry)};
    addEventListener('message', ({ data }) => { if (data === 'end') close(); });`;
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(address, { type: 'module' });
}

test('a worker that ends itself rejects the running call, and queued ones get another', async () => {
  const workers: Worker[] = [];
  const lab = await openLab({
    worker: () => {
      const worker = mortalWorker();
      workers.push(worker);
      return worker;
    },
  });
  const running = lab.attention(attentionArgs(1024, 8), {
    variant: 'naive',
    onProgress: () => workers[0]?.postMessage('end'),
  });
  const queued = lab.attention(attentionArgs(8));
  await expect(running).rejects.toBeInstanceOf(DeviceLostError);
  await expect(running).rejects.toThrow('it ended by itself');
  await expect(queued).resolves.toBeDefined();
  expect(workers).toHaveLength(2);
  lab.close();
});

test('a rank whose worker ends itself fails the call by its number, and the ring heals', async () => {
  const workers: Worker[] = [];
  const ring = await openRing({
    ranks: 2,
    worker: () => {
      const worker = mortalWorker();
      workers.push(worker);
      return worker;
    },
  });
  const args = { ...attentionArgs(64), causal: true };
  const running = ring.attention(args, { params: attentionParams });
  workers[1]?.postMessage('end');
  await expect(running).rejects.toBeInstanceOf(DeviceLostError);
  await expect(running).rejects.toThrow('rank 1');
  const { run } = await ring.attention(args, { params: attentionParams, check: true });
  expect(run.check?.ok).toBe(true);
  expect(workers).toHaveLength(3);
  ring.close();
});

test('a worker script that is not there is named', async () => {
  const opening = openLab({ worker: new URL('/no/such/script.js', location.href) });
  await expect(opening).rejects.toBeInstanceOf(UnsupportedError);
  await expect(opening).rejects.toThrow('/no/such/script.js');
});

test('arguments are those of the time of the call', async () => {
  const lab = await openLab();
  const args = attentionArgs(8);
  const first = lab.attention(args);
  const second = lab.attention(args);
  args.query.data.fill(0);
  const [a, b] = await Promise.all([first, second]);
  const blank = await lab.attention(args);
  expect(b.output.data).toEqual(a.output.data);
  expect(blank.output.data).not.toEqual(a.output.data);
  lab.close();
});

test('a small view into a large buffer gives what its own array gives', async () => {
  const lab = await openLab();
  const args = attentionArgs(8);
  const large = new ArrayBuffer(2 ** 29);
  const data = new Float32Array(large, 2 ** 20, args.query.data.length);
  data.set(args.query.data);
  const { output } = await lab.attention(args);
  const viewed = await lab.attention({ ...args, query: { ...args.query, data } });
  expect(viewed.output.data).toEqual(output.data);
  lab.close();
});
