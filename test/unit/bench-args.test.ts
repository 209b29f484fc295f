import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseArgs } from '../../bench/args.ts';
import { UsageError } from '../../bench/errors.ts';
import { MAX_HEAD_DIM } from '../../src/operations/attention/problem.ts';
import { operationIds } from '../../bench/operations.ts';
import { flagOf } from '../../src/core/option.ts';
import { OPERATIONS, requireOperation } from '../../src/operations/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const parse = (line: string) => parseArgs(line === '' ? [] : line.split(' '));

describe('arguments of the command line', () => {
  it('measures everything in a browser when nothing is said', () => {
    expect(parse('')).toEqual({
      operations: operationIds(),
      quick: false,
      failOnSlower: false,
      backend: 'browser',
      adapter: 'default',
      sweep: false,
      io: false,
      serving: false,
      yardstick: true,
      tuneBudgetMs: 60_000,
    });
    expect(parse('--no-yardstick')?.yardstick).toBe(false);
  });

  it('reads a loss', () => {
    expect(parse('contrastive --loss siglip')?.shapings?.['contrastive']?.({})).toMatchObject({
      loss: 'siglip',
    });
    expect(() => parse('attention --loss siglip')).toThrow('--loss');
  });

  it('reads a seed', () => {
    expect(parse('--seed 0')).toMatchObject({ seed: 0 });
    expect(() => parse('--seed one')).toThrow("--seed 'one': expected a whole number from 0");
    expect(() => parse('--seed 4294967296')).toThrow('--seed');
  });

  it('reads every option', () => {
    const line =
      'attention --quick --variants naive,flash --sizes 1024,256,256 --json a.json --html a.html ' +
      '--baseline b.json --fail-on slower --backend dawn --adapter swiftshader';
    expect(parse(line)).toEqual({
      operations: ['attention'],
      quick: true,
      variants: ['naive', 'flash'],
      sizes: [256, 1024],
      json: 'a.json',
      html: 'a.html',
      baseline: 'b.json',
      failOnSlower: true,
      backend: 'dawn',
      adapter: 'swiftshader',
      sweep: false,
      io: false,
      serving: false,
      yardstick: true,
      tuneBudgetMs: 60_000,
    });
    expect(parse('--no-yardstick')?.yardstick).toBe(false);
  });

  it('reads what sweeps and searches take', () => {
    expect(parse('attention --sweep --budget 2.5 --tuned t.json')).toMatchObject({
      sweep: true,
      tuneBudgetMs: 2500,
      tuned: 't.json',
    });
    expect(parse('--no-tuned')).toMatchObject({ tuned: false });
    expect(() => parse('--budget 0')).toThrow(/seconds above 0/);
  });

  it.each([
    ['atention', /there is no operation 'atention'; .*Did you mean attention\?/],
    ['attention contrastive', /too many arguments|expected 1/i],
    ['--fast', /unknown option '--fast'/],
    ['--sofcap 3', /unknown option '--sofcap' .Did you mean --softcap/],
    ['--variants naive,flsh', /unknown variant 'flsh' .Did you mean flash\?.$/],
    ['attention --variants flsh', /'flsh' .*: attention has naive, two-pass, flash.*; shared-prefix has/],
    ['contrastive --variants flash', /unknown variant 'flash': contrastive has naive[^;]*$/],
    ['contrastive --loss triplet', /clip, info-nce, siglip/],
    ['--variants naive,', /separated by commas/],
    ['--sizes 0', /whole numbers from 1/],
    ['--sizes 12.5', /whole numbers from 1/],
    ['--sizes 1e3', /whole numbers from 1/],
    ['--sizes 256,,512', /whole numbers from 1/],
    ['--sizes -4', /whole numbers from 1/],
    ['--json', /argument missing/],
    ['--fail-on slower', /add --baseline FILE/],
    ['--fail-on faster --baseline b.json', /slower/],
    ['--heads 0', /--heads '0': At least 1/],
    ['--heads 3 --kv-heads 2', /--heads \(numHeads\): expected a multiple of numKVHeads = 2, got 3/],
    ['--kv-heads 3', /^--kv-heads: .*multiple of numKVHeads = 3, got 8/],
    [`--head-dim ${MAX_HEAD_DIM + 1}`, /--head-dim '\d+': At most \d+/],
    ['--queries', /argument missing/],
    ['--causal up', /--causal 'up': Only bottom-right and top-left/],
    ['--window 1,2,3', /--window '1,2,3': One or two whole numbers/],
    ['--window -2', /--window '-2'/],
    ['--softcap 0', /--softcap '0': More than 0/],
    ['--bias rows', /--bias 'rows': Only keys, pairs, heads, full/],
    ['--batch 2 --key-lengths 5', /--key-lengths \(seqLensKV\): expected 2 lengths/],
    ['--sizes 64,128 --key-lengths 100', /integers from 0 to seqLenKV = 64, got 100/],
    ['contrastive --causal --heads 2', /--heads, --causal: .*attention/],
    ['contrastive --backward', /--backward: .*attention/],
    [
      'contrastive --loss siglip --label-smoothing 0.1',
      /--label-smoothing: labelSmoothing makes no sense with/,
    ],
    ['contrastive --loss nt-xent --sizes 5', /even number of rows/],
    ['--preset sliding', /--preset 'sliding': Only causal, slidingWindow/],
    ['--preset slidingWindow:left=-1,right=0', /--preset \(preset\): expected left to be an integer/],
    ['--lse-grad', /--lse-grad: an option of attention-backward/],
    ['--backend firefox', /browser, dawn/],
    ['--adapter nvidia', /default, swiftshader/],
  ])('refuses %j and says what would be right', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it('knows a variant of either operation when both run', () => {
    expect(parse('all --variants naive,flash,tiled')?.variants).toEqual(['naive', 'flash', 'tiled']);
  });

  it.each([
    ['--heads 6 --kv-heads 2', { numHeads: 6, numKVHeads: 2, headDim: 64 }],
    ['--batch 3 --head-dim 16 --head-dim-v 8', { batch: 3, headDim: 16, headDimV: 8 }],
    ['--queries 5', { seqLenQ: 5, seqLenKV: 100 }],
    ['--causal', { causal: 'bottom-right' }],
    ['--causal top-left', { causal: 'top-left' }],
    ['--window 16', { window: [16, 0] }],
    ['--window -1,7', { window: [-1, 7], causal: false }],
    ['--softcap 12.5 --alibi --sinks', { softcap: 12.5, alibi: true, sinks: true }],
    ['--batch 2 --bias keys --mask pairs', { biasShape: [2, 1, 1, 100], maskShape: [100, 100] }],
    ['--bias full --batch 2 --heads 4 --queries 7', { biasShape: [2, 4, 7, 100] }],
    ['--mask heads', { maskShape: [8, 100, 100] }],
    ['--batch 2 --key-lengths 100,0', { seqLensKV: [100, 0] }],
  ])('shapes attention, and attention alone, by %j', (line, problem) => {
    const { operations, shapings } = parse(line) ?? {};
    expect(operations).toEqual(['attention']);
    expect(shapings?.['attention']?.({ seqLenQ: 100, seqLenKV: 100 })).toMatchObject(problem);
  });

  it('measures every operation where all are asked for, each shaped by the flags that it has', () => {
    for (const line of ['all', 'all --sizes 64', 'all --causal', '--sizes 64']) {
      expect(parse(line)?.operations).toEqual(operationIds());
    }
    const { shapings = {} } = parse('all --causal --sizes 64') ?? {};
    const shaped = OPERATIONS.filter(({ options }) => options.some(({ name }) => name === 'causal'));
    expect(Object.keys(shapings)).toEqual(shaped.map(({ id }) => id));
    for (const { id, bench } of shaped) {
      expect(shapings[id]?.(bench.sized(64))).toEqual(
        requireOperation(id).problem({ ...bench.sized(64), causal: 'bottom-right' }),
      );
    }
    expect(parse('attention --sizes 64')?.shapings).toBeUndefined();
  });

  it('measures the backward beside the forward by default, and in its place where it is asked for', () => {
    expect(parse('attention')?.operations).toEqual(['attention', 'attention-backward', 'shared-prefix']);
    expect(parse('--backward')?.operations).toEqual(['attention-backward']);
    expect(parse('--backward --sizes 64 --causal')?.operations).toEqual(['attention-backward']);
    expect(parse('all --backward')?.operations).toEqual([
      'attention-backward',
      'merge-states',
      'contrastive',
      'retrieve',
      'late-interaction',
    ]);
  });

  it('says its version', () => {
    let said = '';
    const output = { writeOut: (text: string) => (said += text), writeErr: () => undefined };
    expect(parseArgs(['--version'], undefined, output)).toBeUndefined();
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('gives help that names operations, variants and exit codes', () => {
    let help = '';
    const output = { writeOut: (text: string) => (help += text), writeErr: () => undefined };
    expect(parseArgs(['--help'], undefined, output)).toBeUndefined();
    expect(help).toMatch(/attention +naive/s);
    expect(help).toMatch(/--fail-on/);
    expect(help).toMatch(/Exit code: 0 all correct/);
    expect(help).not.toMatch(/--key-lengths/);
  });

  it.each([
    ['attention', /Masks:.*--key-lengths/s, '--margin'],
    ['contrastive', /Logits:.*--margin/s, '--key-lengths'],
  ])('gives the options of %s with its help', (subject, own, other) => {
    let help = '';
    const output = { writeOut: (text: string) => (help += text), writeErr: () => undefined };
    expect(parseArgs([subject, '--help'], undefined, output)).toBeUndefined();
    expect(help).toMatch(own);
    expect(help).not.toContain(other);
  });

  const file = path.join(temporaryFolder(), 'mask.wgsl');

  it('reads code from a file', () => {
    writeFileSync(file, 'return kv <= q;');
    const shaped = parse(`attention --mask-mod ${file}`)?.shapings?.['attention'];
    expect(shaped?.({ seqLenQ: 8 })).toMatchObject({ maskMod: 'return kv <= q;' });
    expect(() => parse('attention --mask-mod nowhere.wgsl')).toThrow("--mask-mod 'nowhere.wgsl'");
  });

  it('offers only the backends that are there', () => {
    expect(parseArgs([], ['dawn'])?.backend).toBe('dawn');
    expect(() => parseArgs(['--backend', 'browser'], ['dawn'])).toThrow(UsageError);
  });
});

/** The flags that the line of an operation names, and those of attention where it says "the same". */
function documented(id: string): string[] {
  const page = readFileSync('docs/command-line.md', 'utf8');
  const line = page.split('\n').find((text) => text.startsWith(`| \`${id}\` |`)) ?? '';
  const own = line.match(/--[a-z-]+/g) ?? [];
  return line.includes('| the same') ? [...documented('attention'), ...own] : own;
}

it.each(OPERATIONS)('docs/command-line.md lists the flags of $id', ({ id, options }) => {
  const flags = options.map(flagOf).filter((flag) => flag !== '--sizes');
  expect(flags.filter((flag) => !documented(id).includes(flag))).toEqual([]);
});

it.each([{ window: [3, 0] }, { maskMod: 'return kv <= q;' }, { alibi: true }])(
  'a shared prefix refuses %o of attention by name',
  (field) => {
    const [name = ''] = Object.keys(field);
    const problem = () => requireOperation('shared-prefix').problem({ seqLenKV: 8, ...field });
    expect(problem).toThrow(`${name}: not over a shared prefix`);
  },
);
