import { describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { codeVersion } from '../../src/gpu/code-version.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { neighbours, paramsKey } from '../../src/core/search-space.ts';
import type { DeviceReport } from '../../src/measure/report.ts';
import { adapterName } from '../../src/measure/device.ts';
import { spaceOf, specsOf } from '../../src/measure/tuning/space.ts';
import { TunedParams, type Tuned } from '../../src/measure/tuning/tuned.ts';
import { chooseParams } from '../../src/worker/choose-params.ts';
import { deviceProfile } from '../support/device-profile.ts';

const device = deviceProfile(32768, 4, ['subgroups']);
const attentionOf = (changes: Partial<AttentionProblem>) =>
  bind(attention, attentionProblem({ numHeads: 2, seqLenQ: 512, ...changes }), device);

describe('neighbours', () => {
  const specs = [
    { name: 'a', about: '', choices: [1, 2, 4] },
    { name: 'b', about: '', choices: [8, 16] },
  ];
  const keys = (params: Record<string, number>, steps: number) =>
    neighbours(params, specs, steps).map(paramsKey);

  test('one step up or down one value, within the choices', () => {
    expect(keys({ a: 2, b: 8 }, 1)).toEqual(['a 1, b 8', 'a 4, b 8', 'a 2, b 16']);
    expect(keys({ a: 1, b: 16 }, 1)).toEqual(['a 2, b 16', 'a 1, b 8']);
  });

  test('two steps change two values, and none comes twice', () => {
    expect(keys({ a: 2, b: 8 }, 2)).toEqual(['a 1, b 16', 'a 4, b 16']);
  });

  test('a value between the choices steps to either', () => {
    expect(keys({ a: 3, b: 8 }, 1)).toEqual(['a 2, b 8', 'a 4, b 8', 'a 3, b 16']);
  });
});

describe('problem classes', () => {
  const classOf = (changes: Partial<AttentionProblem>) => attentionOf(changes).tuningClass('flash');

  test('widths and sizes fall into buckets', () => {
    expect(classOf({ seqLenQ: 512 })).toBe(
      'attention · flash · f32 · headDim ≤ 64 · headDimV ≤ 64 · many rows · size ≤ 1024',
    );
    expect(classOf({ seqLenQ: 1000, headDim: 50 })).toBe(classOf({ seqLenQ: 300 }));
    expect(classOf({ seqLenQ: 1025 })).not.toBe(classOf({ seqLenQ: 1024 }));
  });

  test('few rows, dtype and variant are told apart; masks are not', () => {
    const usual = classOf({});
    expect(classOf({ seqLenQ: 1, seqLenKV: 512 })).toContain('few rows');
    expect(classOf({ dtype: 'f16' })).not.toBe(usual);
    expect(attentionOf({}).tuningClass('two-pass')).not.toBe(usual);
    expect(classOf({ causal: 'bottom-right', softcap: 30 })).toBe(usual);
  });

  test('contrastive: loss and gradients count', () => {
    const problem = contrastiveProblem({ numRows: 300, embedDim: 200, gradients: ['x', 'y'] });
    expect(bind(contrastive, problem, device).tuningClass('tiled')).toBe(
      'contrastive · tiled · f32 · clip · x y · embedDim ≤ 256 · size ≤ 1024',
    );
  });
});

const bound = attentionOf({});
const entry: Tuned = {
  adapter: 'here',
  operation: 'attention',
  variant: 'flash',
  class: bound.tuningClass('flash'),
  problem: {},
  params: { blockM: 16, blockN: 16, rows: 4, cols: 4, stageDepth: 0 },
  defaults: {},
  tried: 3,
  wrong: 0,
  failed: 0,
  stopped: 'budget',
  space: spaceOf(specsOf('attention', 'flash')),
  code: 'unknown',
  tilewise: version,
  date: '2026-01-02T03:04:05.000Z',
};

describe('what is kept', () => {
  const stored = (...entries: unknown[]) => ({ schema: 'tilewise-tuned', entries });

  test('is found again for its adapter and class, after a trip through JSON', () => {
    const first = TunedParams.read(undefined);
    first.keep(entry);
    const again = TunedParams.read(JSON.parse(JSON.stringify(first)));
    expect(again.find('here', bound, 'flash')).toEqual(entry.params);
    expect(again.find('elsewhere', bound, 'flash')).toBeUndefined();
    expect(again.find('here', bound, 'two-pass')).toBeUndefined();
    expect(again.notes).toEqual([]);
  });

  test.each([
    ['no store at all', 'hello', /cannot be read/],
    ['another store', { schema: 'other', entries: [] }, /cannot be read/],
    ['a broken entry', stored({ ...entry, params: 'big' }), /an entry cannot be read/],
    ['another version', stored({ ...entry, tilewise: '0.0.1' }), /is of Tilewise 0.0.1/],
    ['other parameters', stored({ ...entry, space: 'blockM 1|2' }), /is of other parameters/],
    ['an operation of old', stored({ ...entry, operation: 'sorting' }), /operation that there is no more/],
  ])('%s is left out with a note', (_, value, note) => {
    const read = TunedParams.read(value);
    expect(read.notes.join()).toMatch(note);
    expect(read.find('here', bound, 'flash')).toBeUndefined();
  });
});

describe('winners whose shaders have changed', () => {
  const here: DeviceReport = {
    ...{ vendor: 'a', architecture: 'b', device: 'c', description: 'd', isFallbackAdapter: false },
    ...device,
    features: [...device.features],
  };
  const code = () => codeVersion(bound.variant('flash', entry.params).plan());
  const checked = async (changes: Partial<Tuned>) => {
    const params = TunedParams.read(undefined);
    params.keep({ ...entry, adapter: adapterName(here), problem: bound.problem, ...changes });
    await params.leaveOutChanged(here);
    return params;
  };

  test('are left out with a note; those of today stay', async () => {
    const today = await checked({ code: await code() });
    expect(today.find(adapterName(here), bound, 'flash')).toEqual(entry.params);
    expect(today.notes).toEqual([]);
    const old = await checked({ code: 'of old' });
    expect(old.find(adapterName(here), bound, 'flash')).toBeUndefined();
    expect(old.notes.join()).toMatch(/attention · flash was found with other shaders/);
  });

  test('are left out if what was tuned no longer runs', async () => {
    const params = await checked({ code: await code(), params: { ...entry.params, blockM: 7 } });
    expect(params.toJSON().entries).toEqual([]);
  });

  test('cannot be told for another adapter, and stay', async () => {
    const params = await checked({ adapter: 'elsewhere', code: 'of old' });
    expect(params.toJSON().entries).toHaveLength(1);
  });

  test('differ by shader, condition and constant', async () => {
    const plans = [bound.variant('flash'), bound.variant('two-pass'), bound.variant('flash', { quads: 0 })];
    const codes = await Promise.all([...plans, bound.variant('flash')].map((one) => codeVersion(one.plan())));
    expect(new Set(codes).size).toBe(plans.length);
    expect(codes[0]).toBe(codes.at(-1));
  });
});

describe('whose parameters run', () => {
  const kept = () => entry.params;
  const choose = (given?: Record<string, number>) => chooseParams(bound, 'flash', given, kept);

  test('given ones, then kept ones, then defaults', () => {
    expect(choose({ blockM: 64 })).toMatchObject({
      paramsFrom: 'given',
      variant: { params: { blockM: 64 } },
    });
    expect(choose()).toMatchObject({ paramsFrom: 'tuned', variant: { params: entry.params } });
    const { variant, paramsFrom } = chooseParams(bound, 'flash', {}, () => undefined);
    expect([paramsFrom, variant.params]).toEqual(['defaults', bound.variant('flash').params]);
  });

  test('kept ones that this problem does not support are passed over', () => {
    const tooLarge = () => ({ ...entry.params, blockM: 128, blockN: 128, rows: 1, cols: 1 });
    expect(chooseParams(bound, 'flash', undefined, tooLarge).paramsFrom).toBe('defaults');
  });
});
