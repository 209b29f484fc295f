import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInstalled } from '../../bench/peers/install.ts';
import type { PeersReport } from '../../bench/peers/report.ts';
import { runNode } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const file = path.join(temporaryFolder(), 'report.json');
const peers = (...args: string[]) => runNode(['--import', 'tsx', 'bench/peers/cli.ts', ...args]);

describe('npm run bench:peers', () => {
  test('measures every library that is installed, and checks it', async ({ skip }) => {
    if (!isInstalled()) skip('the peers are not installed; npm run bench:peers does that');
    const args = ['--quick', '--sizes', '32', '--adapter', 'swiftshader', '--json', file];
    const { code, out, err } = await peers(...args);
    expect(code, err).toBe(0);
    const { results } = JSON.parse(readFileSync(file, 'utf8')) as PeersReport;
    // With subgroups, ONNX Runtime's attention is known to be wrong where they are 4 wide.
    const others = results.filter(({ peer }) => peer !== 'ort');
    expect(others.map(({ peer, kind, status }) => [peer, kind, status])).toEqual(
      others.map(({ peer, kind }) => [peer, kind, 'ok']),
    );
    expect(new Set(results.map(({ peer }) => peer)).size).toBe(5);
    for (const { time, error } of others) {
      expect(time?.medianMs).toBeGreaterThan(0);
      expect(error?.relL2).toBeLessThan(1e-5);
    }
    expect(out).toMatch(/jax-js \d+\.\d+\.\d+: a device of its own/);
  });

  test('ends with 2 on what it does not know', async () => {
    const { code, err } = await peers('--only', 'torch');
    expect(code).toBe(2);
    expect(err).toMatch(/unknown 'torch'; there are tilewise, ort, tfjs, jax/);
  });
});
