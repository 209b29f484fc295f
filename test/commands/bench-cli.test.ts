import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { parseReport } from '../../src/measure/report.ts';
import { runNode } from '../support/command.ts';
import { sampleReport } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { usualVariants } from '../support/usual-variants.ts';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

const bench = (args: readonly string[], env?: NodeJS.ProcessEnv, watch?: Parameters<typeof runNode>[2]) =>
  runNode(['--import', 'tsx', 'bench/cli.ts', ...args], { ...(env && { env }) }, watch);

describe('npm run bench', () => {
  it('starts as package.json says, and answers a word that it does not know before anything is loaded', async () => {
    const start = (...args: string[]) => runNode(['bench/start.mjs', ...args]);
    const [mistyped, nonsense, version, option] = [
      await start('atention'),
      await start('nonsense'),
      await start('-V'),
      await start('attention', '--cusal'),
    ];
    const words = "there is no operation 'atention'. Did you mean attention?\n--help shows what there is.\n";
    expect(mistyped).toEqual({ code: 2, out: '', err: words });
    expect([nonsense.code, nonsense.err.split('\n')[0]]).toEqual([2, "there is no operation 'nonsense'."]);
    expect([option.code, option.out, option.err.split('\n')[0]]).toEqual([
      2,
      '',
      "unknown option '--cusal' (Did you mean --causal?)",
    ]);
    const { version: own, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      version: string;
      scripts: Record<string, string>;
    };
    expect([version.code, version.out.trim(), scripts['bench']]).toEqual([0, own, 'node bench/start.mjs']);
  });

  it('measures in a real browser, prints the table and writes both reports', async () => {
    const files = ['--json', at('report.json'), '--html', at('report.html')];
    const { code, out, err } = await bench([
      'attention',
      '--sizes',
      '64',
      '--quick',
      '--no-yardstick',
      '--variants',
      'naive,split-kv',
      '--adapter',
      'swiftshader',
      ...files,
    ]);
    expect(code, err).toBe(0);
    const report = parseReport(JSON.parse(readFileSync(at('report.json'), 'utf8')));
    expect(report.device.isFallbackAdapter).toBe(true);
    expect(report.results.map(({ status }) => status)).toEqual(report.results.map(() => 'ok'));
    expect(report.results[0]?.variant).toBe('naive');
    for (const { error, time, workspaceBytes } of report.results) {
      expect(error?.relL2).toBeLessThanOrEqual(error?.bound ?? 0);
      expect(time?.medianMs).toBeGreaterThan(0);
      expect(workspaceBytes).toBeGreaterThanOrEqual(0);
    }
    expect(out).toMatch(/^Adapter: .*\nWarning: .*CPU/);
    expect(out).toMatch(/64 │ naive +│/);
    expect(out).toMatch(/\d+ results: \d+ correct\.\n/);
    expect(err).toMatch(/naive: [\d.]+ m?s/);
    expect(readFileSync(at('report.html'), 'utf8')).toContain('id="tilewise-report"');
  });

  it('measures the attention that its options shape', async () => {
    const shape =
      '--sizes 40 --queries 24 --batch 2 --heads 4 --kv-heads 2 --head-dim 16 --head-dim-v 8 --causal top-left ' +
      '--window 8,-1 --softcap 20 --alibi --sinks --bias heads --mask keys --key-lengths 40,9';
    const run = ['attention', ...shape.split(' '), '--quick', '--no-yardstick', '--adapter', 'swiftshader'];
    const { code, out, err } = await bench([...run, '--json', at('shaped.json')]);
    expect(code, err).toBe(0);
    const { results } = parseReport(JSON.parse(readFileSync(at('shaped.json'), 'utf8')));
    expect(results.map(({ variant }) => variant)).toEqual(usualVariants(attention).map(({ id }) => id));
    for (const { status, problem } of results) {
      expect(status).toBe('ok');
      expect(problem).toMatchObject({
        ...{ batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 24, seqLenKV: 40, headDim: 16, headDimV: 8 },
        ...{ causal: 'top-left', window: [8, -1], softcap: 20, alibi: true, sinks: true },
        ...{ biasShape: [4, 24, 40], maskShape: [2, 1, 1, 40], seqLensKV: [40, 9] },
      });
    }
    expect(out).toMatch(/attention · batch 2, 4 heads on 2 KV, .*bias by head × query × key/);
  });

  it('stops on Ctrl-C, closing what it opened, and writes nothing where nothing is final', async () => {
    const { code, err } = await bench(
      ['attention', '--sizes', '64', '--adapter', 'swiftshader', '--json', at('stopped.json')],
      {},
      (seen, interrupt) => {
        if (seen.includes('Adapter:') && !seen.includes('Stopping')) interrupt();
      },
    );
    expect(code, err).toBe(130);
    expect(existsSync(at('stopped.json'))).toBe(false);
  });

  it('keeps what is final when Ctrl-C comes', async () => {
    const { code, out, err } = await bench(
      [
        'attention',
        '--variants',
        'naive',
        '--sizes',
        '8,512',
        '--head-dim',
        '8',
        '--json',
        at('partial.json'),
      ],
      {},
      (seen, interrupt) => {
        if (seen.includes('naive: ') && !seen.includes('Stopping')) interrupt();
      },
    );
    expect(code, err).toBe(130);
    const report = parseReport(JSON.parse(readFileSync(at('partial.json'), 'utf8')));
    expect(report.partial).toBe(true);
    expect(report.results.map(({ status, problem }) => [status, problem['seqLenQ']])).toEqual([['ok', 8]]);
    expect(out).toContain('1 result was final by then');
  });

  it('refuses to compare with another device before it measures', async () => {
    writeFileSync(at('other.json'), JSON.stringify(sampleReport()));
    const { code, err } = await bench([
      'attention',
      '--sizes',
      '64',
      '--adapter',
      'swiftshader',
      '--baseline',
      at('other.json'),
    ]);
    expect(code, err).toBe(2);
    expect(err).toMatch(/another device.*Sample Adapter/);
  });

  it.each([
    [['attentoin'], /there are attention, .*contrastive, .*all\. Did you mean attention\?/],
    [['--json', at('no/such/folder.json')], /no folder/],
  ])('ends with 2 on %j', async (args, message) => {
    const { code, out, err } = await bench(args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });

  it('ends with 3 and the ways out where there is no browser', async () => {
    const { code, err } = await bench(['attention', '--json', at('none.json')], {
      TILEWISE_BROWSER: at('no-browser'),
    });
    expect(code, err).toBe(3);
    expect(err).toMatch(/apt-get install chromium/);
    expect(err).toMatch(/--backend dawn/);
  });
});
