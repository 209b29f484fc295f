import { describe, expect, test } from 'vitest';
import {
  AbortError,
  DeviceLostError,
  ShaderError,
  ShapeError,
  UnsupportedError,
  type Progress,
} from '../../src/index.ts';
import { attentionArgs, tensor, useLab } from '../support/lab.ts';

const lab = useLab();

/** Seconds of work on a slow device, in many slices. */
const longCall = () => ({ args: attentionArgs(1024, 8), options: { variant: 'naive' } });

describe('errors keep type and fields across the worker', () => {
  test('a bad argument is named', async () => {
    const failure = lab().attention({ ...attentionArgs(20), key: tensor(1, 1, 2, 20, 15) });
    await expect(failure).rejects.toBeInstanceOf(ShapeError);
    await expect(failure).rejects.toMatchObject({ argument: 'key.shape', got: '[1, 2, 20, 15]' });
  });

  test('an unknown variant and what is not built are UnsupportedErrors', async () => {
    await expect(lab().attention(attentionArgs(4), { variant: 'magic' })).rejects.toBeInstanceOf(
      UnsupportedError,
    );
    const backward = { ...attentionArgs(4), outputGrad: tensor(1, 1, 2, 4, 16), scoreMod: 'return score;' };
    await expect(lab().attentionBackward(backward)).rejects.toThrow('scoreModGrad');
    await expect(lab().attentionBackward(backward)).rejects.toBeInstanceOf(UnsupportedError);
    await expect(lab().mergeStates([])).rejects.toMatchObject({ name: 'ShapeError', argument: 'states' });
  });

  test("a mistake in a modifier is a ShaderError at the user's line, and the next call works", async () => {
    const failure = lab().attention({ ...attentionArgs(4), scoreMod: '// half\nreturn score / two;' });
    await expect(failure).rejects.toBeInstanceOf(ShaderError);
    await expect(failure).rejects.toMatchObject({ file: 'scoreMod', line: 2, column: 16 });
    await expect(lab().attention({ ...attentionArgs(4), maskMod: '}' })).rejects.toMatchObject({
      file: 'maskMod',
      line: 1,
      column: 1,
    });
    const { lse } = await lab().attention({ ...attentionArgs(4), maskMod: 'return q == 2u;' });
    expect([...lse.data].map(Number.isFinite)).toEqual([0, 1, 2, 3, 0, 1, 2, 3].map((q) => q % 4 === 2));
  });

  test('an explicit variant that cannot run says why instead of falling back', async () => {
    const failure = lab().attention(attentionArgs(4), { variant: 'flash', params: { blockM: 30, rows: 8 } });
    await expect(failure).rejects.toThrow('rows 8 does not divide blockM 30');
  });
});

describe('long calls', () => {
  test('report progress', async () => {
    const seen: Progress[] = [];
    await lab().attention(attentionArgs(256, 4), {
      variant: 'naive',
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)?.fraction).toBeCloseTo(1, 6);
  });

  test('stop soon when aborted, and the next call works', async () => {
    const { args, options } = longCall();
    const controller = new AbortController();
    const aborted = lab().attention(args, {
      ...options,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(aborted).rejects.toBeInstanceOf(AbortError);
    await expect(lab().attention(attentionArgs(8))).resolves.toBeDefined();
  });

  test('a queued call that is aborted never runs, and does not wait for its turn', async () => {
    const { args, options } = longCall();
    const first = new AbortController();
    const running = lab().attention(args, { ...options, signal: first.signal });
    const second = new AbortController();
    const queued = lab().attention(attentionArgs(8), { signal: second.signal });
    second.abort();
    await expect(queued).rejects.toBeInstanceOf(AbortError);
    first.abort();
    await expect(running).rejects.toBeInstanceOf(AbortError);
  });

  test('fail with DeviceLostError when the device is lost, and the next call gets a new one', async () => {
    const { args, options } = longCall();
    let lost = false;
    const failing = lab().attention(args, {
      ...options,
      onProgress: () => {
        if (!lost) void lab().loseDevice();
        lost = true;
      },
    });
    await expect(failing).rejects.toBeInstanceOf(DeviceLostError);
    await expect(failing).rejects.toMatchObject({ kind: 'destroyed' });
    const { output } = await lab().attention(attentionArgs(8));
    expect(output.data.some((value) => value !== 0)).toBe(true);
  });
});
