import { describe, expect, test } from 'vitest';
import { readBuffer } from '../../src/gpu/buffers.ts';
import { Loaded, runOnce } from '../../src/gpu/session.ts';
import { randomBlocks } from '../../src/operations/attention/block-corners.ts';
import { blockVisibility } from '../../src/operations/attention/block-mask.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { presets, twinsOf } from '../../src/operations/attention/presets/index.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { groupSize, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { visibleKeys } from '../../src/operations/attention/visibility.ts';
import { bind } from '../../src/core/bind.ts';
import type { Arrays } from '../../src/core/variant.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();
const TILE = { blockM: 16, blockN: 8, rows: 4, cols: 2, stageDepth: 0 };

const bound = (partial: Partial<AttentionProblem>) =>
  bind(attention, attentionProblem(partial), session().identity);

/** What the classes have to be, pair by pair; the mask tensor, if any, is the same for all entries and heads. */
function expectedClasses(problem: AttentionProblem, { mask }: Arrays): number[] {
  const { batch, numKVHeads, seqLenQ, seqLenKV } = problem;
  const { maskMod = () => true } = twinsOf(problem);
  const blocks = problem.blockMask && blockVisibility(problem.blockMask);
  const bytes = mask && new Uint8Array(mask.buffer, mask.byteOffset);
  const sees = (head: number, row: number, kv: number): boolean => {
    const [entry, q] = [Math.floor(head / numKVHeads), row % seqLenQ];
    const queryHead = (head % numKVHeads) * groupSize(problem) + Math.floor(row / seqLenQ);
    const { first, end } = visibleKeys(problem, q, entry);
    const shown = blocks?.(entry, queryHead, q, kv) ?? true;
    const within = kv >= first && kv < end && shown;
    return within && bytes?.[q * seqLenKV + kv] !== 0 && maskMod(entry, queryHead, q, kv);
  };
  const classes: number[] = [];
  const rows = groupSize(problem) * seqLenQ;
  for (let head = 0; head < batch * numKVHeads; head++) {
    for (let row = 0; row < rows; row += TILE.blockM) {
      for (let key = 0; key < seqLenKV; key += TILE.blockN) {
        let count = 0;
        const last = Math.min(rows, row + TILE.blockM);
        for (let r = row; r < last; r++) {
          for (let kv = key; kv < Math.min(seqLenKV, key + TILE.blockN); kv++)
            count += sees(head, r, kv) ? 1 : 0;
        }
        classes.push(count === 0 ? 0 : count === (last - row) * TILE.blockN ? 2 : 1);
      }
    }
  }
  return classes;
}

describe('every tile has its class', () => {
  const documents = presets.document.modifiers({ starts: [9, 40] });
  const cases: Record<string, Partial<AttentionProblem>> = {
    'one pair': { maskShape: [1] },
    'documents, shared by all heads': { batch: 2, numHeads: 2, seqLenQ: 67, ...documents },
    'documents, causal, GQA: heads meet in a block': {
      numHeads: 3,
      numKVHeads: 1,
      seqLenQ: 45,
      causal: 'bottom-right',
      ...documents,
    },
    'a mask tensor': { numHeads: 2, seqLenQ: 37, seqLenKV: 53, maskShape: [37, 53] },
    'a mask tensor, a window and a mask of one’s own': {
      seqLenQ: 67,
      seqLenKV: 67,
      maskShape: [67, 67],
      window: [12, 20],
      ...presets.slidingWindow.modifiers({ left: 40, right: 0 }),
    },
    'a block mask that tiles divide': {
      numHeads: 2,
      seqLenQ: 64,
      causal: 'bottom-right',
      blockMask: randomBlocks(16, 8, [1, 1, 4, 8], 0.5),
    },
    'a block mask that they do not divide, and a window': {
      numHeads: 2,
      numKVHeads: 1,
      seqLenQ: 61,
      seqLenKV: 53,
      window: [30, 5],
      blockMask: randomBlocks(11, 9, [1, 2, 6, 6], 0.5),
    },
    'a block mask and a mask tensor': {
      seqLenQ: 61,
      maskShape: [61, 61],
      blockMask: randomBlocks(16, 16, [1, 1, 4, 4], 0.5),
    },
    'lengths, more keys': {
      batch: 3,
      numHeads: 2,
      seqLenQ: 33,
      seqLenKV: 71,
      seqLensKV: [71, 0, 30],
      ...presets.prefixLm.modifiers({ prefix: 10, offset: 5 }),
    },
  };
  for (const [name, partial] of Object.entries(cases)) {
    test(name, async () => {
      const problem = attentionProblem({ headDim: 4, ...partial });
      const plan = bound(problem).variant('flash', TILE).plan();
      const inputs = bound(problem).inputs(3);
      const bytes = plan.buffers.find(({ name }) => name === 'tileClasses')?.bytes ?? NaN;
      const { device } = session();
      const classes = device.createBuffer({
        size: bytes,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
      });
      const loaded = await Loaded.load(session(), plan, inputs, { tileClasses: classes });
      await loaded.job.execute();
      const found = [...new Uint32Array(await readBuffer(device, classes))];
      const expected = expectedClasses(problem, inputs);
      const copies = expected.length / found.length;
      expect(Array.from({ length: copies }, () => found).flat()).toEqual(expected);
      const visited = expected.filter((one) => one > 0).length;
      expect(await loaded.job.countTiles()).toEqual({ visited, total: expected.length });
      loaded.destroy();
    });
  }
});

describe('empty tiles are never visited', () => {
  // Values that are NaN spoil every tile that they are in, whatever its weights.
  const HIDDEN = [64, 96] as const;
  const cases: Record<string, Partial<AttentionProblem>> = {
    'a mask tensor': { maskShape: [1, 128] },
    'a mask of one’s own': {
      maskMod: `return kv < ${HIDDEN[0]}u || kv >= ${HIDDEN[1]}u;`,
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    for (const variant of ['two-pass', 'flash']) {
      test(`${name}, ${variant}`, async () => {
        const problem = bound({ seqLenQ: 70, seqLenKV: 128, headDim: 8, ...options });
        const inputs = problem.inputs(3);
        const spoilt = (inputs['value'] ?? new Float32Array())
          .slice()
          .fill(NaN, 8 * HIDDEN[0], 8 * HIDDEN[1]);
        const shown = new Uint8Array(128).fill(1).fill(0, ...HIDDEN);
        const plan = problem.variant(variant, TILE).plan();
        const { outputs, tiles } = await runOnce(
          session(),
          plan,
          { ...inputs, value: spoilt, mask: shown },
          {},
        );
        expect(outputs['output']?.every(Number.isFinite)).toBe(true);
        expect(tiles).toMatchObject({ visited: 0.75 * (tiles?.total ?? NaN) });
      });
    }
  }

  test('the blocks beside the diagonal of a mask tensor', async () => {
    const problem = bound({ seqLenQ: 128, headDim: 8, maskShape: [128, 128] });
    const mask = Uint8Array.from({ length: 128 ** 2 }, (_, at) =>
      Math.floor(at / 128 / 32) === Math.floor((at % 128) / 32) ? 1 : 0,
    );
    const inputs = { ...problem.inputs(3), mask };
    for (const [variant, walks] of [
      ['two-pass', 2],
      ['flash', 1],
    ] as const) {
      const params = { ...TILE, blockM: 32, blockN: 32 };
      const { deviation } = await trial(session(), problem, { variant, params, inputs });
      expect(deviation.ok).toBe(true);
      const plan = problem.variant(variant, params).plan();
      const { tiles } = await runOnce(session(), plan, inputs, {});
      expect(tiles).toEqual({ visited: 4 * walks, total: 16 * walks });
    }
  });
});

test('a causal mask of one’s own visits no more than the built-in one', async () => {
  const shape = { numHeads: 2, seqLenQ: 1024, headDim: 4 } as const;
  const run = async (options: Partial<AttentionProblem>) => {
    const problem = bound({ ...shape, ...options });
    const plan = problem.variant('flash').plan();
    return (await runOnce(session(), plan, problem.inputs(3), {})).tiles;
  };
  const builtIn = await run({ causal: 'bottom-right' });
  expect(await run(presets.causal.modifiers({}))).toEqual(builtIn);
  expect((builtIn?.visited ?? NaN) / (builtIn?.total ?? NaN)).toBeLessThanOrEqual(0.55);
});
