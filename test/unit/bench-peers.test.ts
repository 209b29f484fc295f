import { describe, expect, test } from 'vitest';
import { UsageError } from '../../bench/errors.ts';
import { paintFor } from '../../bench/paint.ts';
import { parsePeersArgs } from '../../bench/peers/args.ts';
import { CASE_KINDS, peerCases, workOf } from '../../bench/peers/cases.ts';
import { checker } from '../../bench/peers/check.ts';
import { swapMiddleAxes } from '../../bench/peers/heads.ts';
import { PEER_IDS } from '../../bench/peers/peer.ts';
import type { PeersReport } from '../../bench/peers/report.ts';
import { renderPeers } from '../../bench/peers/table.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { referenceData } from '../../src/operations/attention/data.ts';
import { sampleReport } from '../support/sample-report.ts';

describe('arguments', () => {
  const parse = (line: string) => parsePeersArgs(line === '' ? [] : line.split(' '));

  test('all libraries and cases when nothing is said', () => {
    expect(parse('')).toEqual({ quick: false, only: PEER_IDS, cases: CASE_KINDS, adapter: 'default' });
  });

  test('some, in the order of the lists', () => {
    const line = '--only jax,tilewise --cases decode,dense --sizes 64,32 --quick --json a.json';
    expect(parse(line)).toEqual({
      quick: true,
      only: ['tilewise', 'jax'],
      cases: ['dense', 'decode'],
      sizes: [32, 64],
      json: 'a.json',
      adapter: 'default',
    });
  });

  test.each(['--only torch', '--only ort,,jax', '--cases all', '--sizes 5000', '--sizes 0', 'dense'])(
    'refuses %s',
    (line) => {
      expect(() => parse(line)).toThrow(UsageError);
    },
  );
});

test('heads and tokens change places, and back', () => {
  const data = Float32Array.from({ length: 2 * 3 * 5 * 4 }, (_, i) => i);
  const swapped = swapMiddleAxes(data, 2, 3, 5, 4);
  // Entry 1, head 2, token 4, element 3 becomes entry 1, token 4, head 2.
  expect(swapped[((1 * 5 + 4) * 3 + 2) * 4 + 3]).toBe(data[((1 * 3 + 2) * 5 + 4) * 4 + 3]);
  expect(swapMiddleAxes(swapped, 2, 5, 3, 4)).toEqual(data);
});

describe('an answer', () => {
  const [dense] = peerCases(['dense'], true, [8]);
  if (!dense) throw new Error('no case');
  const work = workOf(dense);
  const check = checker(work);
  if (work.operation !== 'attention') throw new Error('dense is attention');
  const { output } = attentionReference(
    work.problem,
    referenceData(work.problem, work.inputs),
    Array.from({ length: 64 }, (_, row) => row),
  );
  const right = Float32Array.from(output);

  test('is right within 1e-4', () => {
    expect(check({ output: right })).toMatchObject({ ok: true, coverage: 'all 64 rows' });
    expect(check({ output: right.map((value) => value * (1 + 5e-5)) }).ok).toBe(true);
  });

  test.each([
    ['off by a thousandth', right.map((value) => 1.001 * value)],
    ['NaN', right.map((value, i) => (i === 9 ? NaN : value))],
    ['missing', new Float32Array()],
  ])('is wrong when %s', (_, found) => {
    expect(check({ output: found }).ok).toBe(false);
  });
});

test('the table tells times, ratios, wrong answers and reasons', () => {
  const { device, environment } = sampleReport();
  const base = { kind: 'dense', size: 64, title: '64 tokens' } as const;
  const time = { medianMs: 12, lowMs: 11, highMs: 13, samples: 5, repetitions: 2 };
  const error = { maxAbs: 1e-6, relL2: 1e-7, bound: 1e-4, coverage: 'all 64 rows' };
  const report: PeersReport = {
    schema: 'tilewise-peers',
    version: 1,
    device,
    environment,
    peers: [
      { id: 'tilewise', title: 'Tilewise', version: '1.2.3', device: 'its own' },
      { id: 'jax', title: 'jax-js', version: '4.5.6', device: 'another' },
    ],
    results: [
      { ...base, peer: 'tilewise', status: 'ok', time, error },
      { ...base, peer: 'jax', status: 'ok', time, error, versusTilewise: { ratio: 2, low: 1.5, high: 2.5 } },
      { ...base, peer: 'jax', status: 'wrong', reason: 'largest error 0.5', error: { ...error, relL2: 0.9 } },
      { ...base, peer: 'jax', status: 'unsupported', reason: 'no such mask' },
    ],
  };
  const table = renderPeers(report, paintFor({}, {}));
  expect(table).toContain('jax-js 4.5.6: another');
  expect(table).toMatch(/jax-js +│ 12 ms │ +11–13 │ +2 \(1\.5–2\.5\) │ 1\.0e-7 │ correct/);
  expect(table).toMatch(/9\.0e-1 │ WRONG, not timed: largest error 0\.5/);
  expect(table).toContain('cannot: no such mask');
});
