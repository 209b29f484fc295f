import { describe, expect, it } from 'vitest';
import { operationIds } from '../../bench/operations.ts';
import { plannedWords } from '../../bench/planned.ts';
import { benchPlan } from '../../bench/plans.ts';
import { naiveWall } from '../../bench/wall.ts';
import { requireOperation } from '../../src/operations/index.ts';
import { sizesToWall } from '../../src/measure/wall.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { sampleDevice } from '../support/sample-report.ts';
import { usualVariants } from '../support/usual-variants.ts';

const gpu = { ...sampleDevice, isFallbackAdapter: false };
const all = { operations: operationIds(), quick: false };
/** What `all` means once sizes are given. */
const forward = { operations: ['attention', 'contrastive'], quick: false } as const;

describe('default plans', () => {
  it.each([
    ['CPU', sampleDevice],
    ['GPU', gpu],
  ])('cover dense, causal, shared heads and the memory wall on a %s', (_, device) => {
    const { cases } = benchPlan(all, device);
    const problems = cases.flatMap((one) => (one.operation === 'attention' ? [one.problem] : []));
    expect(problems.some(({ causal }) => causal === 'bottom-right')).toBe(true);
    expect(problems.some(({ numHeads, numKVHeads }) => numKVHeads !== numHeads)).toBe(true);
    expect(problems.filter(({ causal }) => causal === false).length).toBeGreaterThanOrEqual(4);
    expect(problems.at(-1)).toMatchObject({ numHeads: 1, seqLenQ: 17408 });
    expect(new Set(cases.map(({ operation }) => operation))).toEqual(new Set(operationIds()));
  });

  it('measure every variant, the baseline first', () => {
    for (const one of benchPlan(all, gpu).cases) {
      // Cases that take minutes leave out what nobody would wait for.
      if (one.minSamples === undefined)
        expect(one.variants).toEqual(usualVariants(requireOperation(one.operation)).map(({ id }) => id));
      expect(one.variants?.[0]).toBe('naive');
    }
  });

  it('end with what no matrix could hold, sampled once, unless quick', () => {
    const large = (quick: boolean) =>
      benchPlan({ ...all, quick }, sampleDevice).cases.filter(({ minSamples }) => minSamples === 1);
    expect(
      large(false).map(({ problem, variants }) => ['numRows' in problem && problem.numRows, variants]),
    ).toEqual([
      [65536, ['naive', 'tiled']],
      [32768, ['naive', 'panelled']],
    ]);
    expect(large(true)).toEqual([]);
  });

  it('are smaller when quick, without the long way to the wall', () => {
    const largest = (quick: boolean) =>
      Math.max(
        ...benchPlan({ ...all, quick }, sampleDevice).cases.map((one) =>
          'seqLenQ' in one.problem ? (one.problem.seqLenQ ?? 0) : 0,
        ),
      );
    expect(largest(true)).toBeLessThanOrEqual(512);
    expect(largest(false)).toBeGreaterThan(8192);
  });
});

describe('chosen plans', () => {
  it('take the sizes given and no others', () => {
    const { cases } = benchPlan({ ...forward, sizes: [64, 100] }, gpu);
    const sizes = cases.map((one) =>
      'numRows' in one.problem ? one.problem.numRows : 'seqLenQ' in one.problem ? one.problem.seqLenQ : 0,
    );
    expect(sizes).toEqual([64, 100, 64, 100]);
  });

  it('take the shape given, at the usual sizes if none are', () => {
    const shape = (problem: object) => attentionProblem({ ...problem, numHeads: 3, causal: 'top-left' });
    const shapings = { attention: shape, 'attention-backward': shape };
    const chosen = { operations: ['attention', 'attention-backward'], quick: true, shapings } as const;
    const problems = (sizes?: readonly number[]) =>
      benchPlan({ ...chosen, ...(sizes && { sizes }) }, sampleDevice).cases.map(({ problem }) => problem);
    expect(problems().length).toBeGreaterThanOrEqual(3);
    for (const problem of problems()) expect(problem).toMatchObject({ numHeads: 3, causal: 'top-left' });
    expect(problems([9])[0]).toEqual(shape({ seqLenQ: 9, headDim: 64 }));
  });

  it('take from one list of variants what each operation has', () => {
    const { cases } = benchPlan({ ...forward, sizes: [64], variants: ['flash', 'naive'] }, gpu);
    expect(cases.map(({ variants }) => variants)).toEqual([['naive', 'flash'], ['naive']]);
  });

  it('take the loss given', () => {
    const { cases } = benchPlan(
      { ...all, sizes: [64], shapings: { contrastive: (problem) => ({ ...problem, loss: 'nt-xent' }) } },
      gpu,
    );
    const contrastive = cases.filter(({ operation }) => operation === 'contrastive');
    expect(contrastive.at(-1)?.problem).toMatchObject({ loss: 'nt-xent', oneTensor: true });
  });

  it('leave out an operation that has none of the variants', () => {
    const { cases } = benchPlan({ ...forward, sizes: [64], variants: ['flash'] }, gpu);
    expect(cases.map(({ operation }) => operation)).toEqual(['attention']);
  });
});

describe('planned sizes', () => {
  it('tell what each variant would need', () => {
    const limits = {
      ...sampleDevice.limits,
      maxComputeWorkgroupStorageSize: 32768,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupSizeX: 256,
    };
    const words = plannedWords('contrastive', { ...sampleDevice, limits });
    expect(words[1]).toMatch(/^naive: 3 U, cannot run: products asks for 64 GiB/);
    expect(words[2]).toMatch(/^chunked: 4 U, 13\d MiB of workspace/);
    expect(words[3]).toMatch(/^tiled: 5 U, 2\d MiB of workspace/);
    expect(words[4]).toMatch(/^panelled: 4 U, 20 MiB of workspace/);
  });
});

describe('the memory wall', () => {
  const oneHead = (size: number) => attentionProblem({ seqLenQ: size });
  const clip = (size: number) => contrastiveProblem({ numRows: size, embedDim: 16 });
  const allowing = (bytes: number) => ({
    ...sampleDevice,
    limits: { ...sampleDevice.limits, maxBufferSize: 2 ** 40, maxStorageBufferBindingSize: bytes },
  });

  it('is where the N × N matrix first exceeds what the device allows', () => {
    expect(naiveWall('attention', oneHead, allowing(2 ** 30 - 4))).toBe(16384);
    expect(naiveWall('attention', oneHead, allowing(2 ** 30))).toBe(17408);
    expect(naiveWall('contrastive', clip, allowing(2 ** 30 - 4))).toBe(16384);
    expect(naiveWall('attention', oneHead, allowing(128 * 2 ** 20))).toBe(6144);
  });

  it('comes earlier with more heads', () => {
    const eight = (size: number) => attentionProblem({ seqLenQ: size, numHeads: 8 });
    expect(naiveWall('attention', eight, allowing(2 ** 30 - 4))).toBe(6144);
  });

  it('is approached by powers of two', () => {
    expect(sizesToWall(17408, [1 / 8, 1 / 4])).toEqual([2048, 4096, 17408]);
    expect(sizesToWall(16384, [1 / 2])).toEqual([4096, 16384]);
  });

  it('is absent where no run would reach it', () => {
    expect(naiveWall('attention', oneHead, allowing(2 ** 50))).toBe(undefined);
  });
});
