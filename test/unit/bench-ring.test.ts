import { expect, test } from 'vitest';
import { UsageError } from '../../bench/errors.ts';
import { ringRequest } from '../../bench/ring.ts';
import { parseFields } from '../../src/ui/form/fields.ts';
import { readUrl, writeUrl } from '../../src/ui/form/url-state.ts';
import { RING_DEFAULTS, RING_SETTINGS } from '../../src/ui/pages/ring/settings.ts';

const request = (line: string) => ringRequest(line.split(' '));
const first = (line: string) => request(line)?.problems[0];

test('a ring takes the flags of its operation', () => {
  const line = '--loss siglip --logit-bias -3 --row-scales --dtype f16 --shared-negatives 4 --sizes 8';
  expect(first(line)?.problem).toMatchObject({
    ...{ loss: 'siglip', logitBias: -3, rowScales: true, dtype: 'f16', extraCols: 4, numCols: 12 },
  });
  const masked =
    '--operation attention --window 3 --preset slidingWindow:left=9,right=0 --kv-heads 2 --sizes 8';
  expect(first(masked)?.problem).toMatchObject({ window: [3, 0], numKVHeads: 2, numHeads: 8, seqLenQ: 8 });
  expect(request('--operation attention --backward --lse-grad')?.operation).toBe('attention-backward');
  expect(() => request('--window 3')).toThrow(UsageError);
  expect(() => request('--ranks 0')).toThrow('--ranks');
});

test('bytes are those of the rounds: columns, their gradient, and heads that change places', () => {
  const [rows, width, ranks] = [12, 256, 4];
  const once = ((ranks - 1) / ranks) * 4 * rows * width;
  const sent = (line: string) => first(`${line} --sizes ${rows}`)?.sentBytes(ranks);
  expect(sent('--loss siglip')).toBe(2 * once);
  expect(sent('--loss clip')).toBe(3 * once);
  expect(sent('--loss clip --gradients logitScale')).toBe(2 * once);
  // Labels may name any column, so it is asked for all of them once more.
  expect(sent('--loss info-nce --labels')).toBe(4 * once);
  const tokens = 4 * rows * 8 * 32;
  expect(sent('--operation attention')).toBe(2 * 0.75 * tokens);
  expect(sent('--operation attention --kv-heads 2')).toBe((2 / 4) * 0.75 * tokens);
  expect(sent('--operation attention --schedule all-to-all')).toBe((3 / 16) * (4 * tokens + 4 * rows * 8));
});

test('the form of a ring has the options of all its operations, and its link carries them', () => {
  const asked = {
    ...RING_DEFAULTS,
    operation: 'contrastive',
    loss: 'info-nce',
    extraCols: '3',
    margin: '0.1',
  };
  expect(parseFields(RING_SETTINGS, asked).plan?.problem).toMatchObject({ loss: 'info-nce', extraCols: 3 });
  const link = { search: '', hash: writeUrl(RING_SETTINGS, asked) };
  expect(readUrl(RING_SETTINGS, link, RING_DEFAULTS).fields).toEqual(asked);
  const many = { ...RING_DEFAULTS, schedule: 'all-to-all', ranks: '4', numHeads: '3' };
  expect(parseFields(RING_SETTINGS, many).errors?.['ranks']).toContain('At most 3');
  expect(Object.keys(RING_DEFAULTS)).not.toContain('pages');
});
