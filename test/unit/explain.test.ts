import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { ATTENTION_EXCERPTS, MASK_EXCERPT } from '../../src/ui/pages/explain/attention-words.ts';
import { LOSSES, lossOf } from '../../src/operations/contrastive/losses/index.ts';
import type { Lesson } from '../../src/ui/pages/explain/frame.ts';
import {
  COL_BLOCKS,
  ROW_BLOCKS,
  EXPLAIN_DEFAULTS,
  EXPLAIN_SETTINGS,
} from '../../src/ui/pages/explain/settings.ts';
import { excerpt } from '../../src/ui/pages/explain/shader-excerpts.ts';
import { tileParams } from '../../src/ui/pages/explain/traffic.ts';
import { parseFields, type Fields } from '../../src/ui/form/fields.ts';
import { deviceProfile } from '../support/device-profile.ts';

function planOf(changes: Fields = {}) {
  const { plan } = parseFields(EXPLAIN_SETTINGS, { ...EXPLAIN_DEFAULTS, ...changes });
  if (!plan) throw new Error('the fields cannot be read');
  return plan;
}

const lessonOf = (changes: Fields = {}): Lesson => planOf(changes).start();

const framesOf = (lesson: Lesson) => Array.from({ length: lesson.steps }, (_, step) => lesson.frame(step));

const TAUGHT = LOSSES.filter((id) => lossOf(id).lesson !== undefined);

describe('the lines of every step', () => {
  const specs = [
    ...Object.entries(ATTENTION_EXCERPTS).flatMap(([phase, list]) => list.map((spec) => ({ phase, spec }))),
    { phase: 'mask', spec: MASK_EXCERPT },
    ...TAUGHT.flatMap((id) =>
      Object.entries(lossOf(id).lesson ?? {}).flatMap(([phase, { excerpts }]) =>
        excerpts.map((spec) => ({ phase: `${id}, ${phase}`, spec })),
      ),
    ),
  ];

  test.each(specs)('$phase: $spec.file, $spec.from', ({ spec }) => {
    const { file, firstLine, lines } = excerpt(spec);
    const source = readFileSync(file, 'utf8').split('\n');
    expect(lines.length).toBeLessThanOrEqual(16);
    lines.forEach((line, at) => {
      expect(source[firstLine - 1 + at]?.trim()).toBe(line.trim());
    });
  });

  test('a line that is gone, or there twice, is an error', () => {
    const file = 'attention/flash_forward.wesl';
    expect(() => excerpt({ file, from: 'no such line' })).toThrow(RangeError);
    expect(() => excerpt({ file, from: '/* unroll */' })).toThrow(RangeError);
    expect(() => excerpt({ file, from: 'var softmax = start();', to: 'no such line' })).toThrow(RangeError);
  });
});

describe.each([
  { lesson: 'attention', loss: 'clip' },
  ...TAUGHT.map((loss) => ({ lesson: 'contrastive', loss })),
])('$lesson, $loss', ({ lesson, loss }) => {
  test('every step has a frame with the numbers of its tile, and one tile at work at most', () => {
    for (const { matrix, states, title } of framesOf(lessonOf({ lesson, loss, numRows: '7', blockM: '2' }))) {
      const current = matrix.tiles.filter(({ state }) => state === 'current');
      expect(current.length).toBe(matrix.numbers === undefined ? 0 : 1);
      expect(matrix.numbers?.length ?? 0).toBe(
        current.reduce((sum, { rows }) => sum + rows.end - rows.first, 0),
      );
      expect(
        states.every(({ heads, rows }) => rows.every(({ cells }) => cells.length === heads.length)),
      ).toBe(true);
      expect(title).not.toBe('');
    }
  });

  test('a click on a tile leads to where it is at work', () => {
    const it = lessonOf({ lesson, loss });
    for (const { matrix } of framesOf(it)) {
      for (const { step, rows, cols, state } of matrix.tiles) {
        if (state === 'skipped') continue;
        const current = it.frame(step ?? NaN).matrix.tiles.find((tile) => tile.state === 'current');
        expect(current).toMatchObject({ rows, cols });
      }
    }
  });

  test('bytes read never fall, and end at all of them', () => {
    const frames = framesOf(lessonOf({ lesson, loss }));
    frames.reduce((before, { traffic }) => {
      expect(traffic.read).toBeGreaterThanOrEqual(before);
      return traffic.read;
    }, 0);
    const end = frames.at(-1)?.traffic;
    expect(end?.read).toBe(end?.readInAll);
    expect(end?.naiveRead).toBe(end?.naiveReadInAll);
  });
});

test('attention reads what a count by hand says', () => {
  const frames = framesOf(
    lessonOf({ seqLenQ: '4', seqLenKV: '8', causal: 'off', headDim: '2', blockM: '4', blockN: '4' }),
  );
  // Two tiles, each: 4 rows and 4 keys of 2 numbers, then 4 values of 2.
  expect(frames.at(-1)?.traffic.read).toBe(4 * 2 * (4 * 2 + 4 * 2 + 4 * 2));
  // Of 32 pairs, each: two dot operands of 2, three looks at the score, probability and value for both columns.
  expect(frames.at(-1)?.traffic.naiveRead).toBe(4 * 32 * (4 + 3 + 4));
});

const TILES = ROW_BLOCKS.flatMap((blockM) => COL_BLOCKS.map((blockN) => ({ blockM, blockN })));

test.each(TILES)('tiles of $blockM × $blockN are ones that the kernels take', (tile) => {
  const device = deviceProfile(16_384, 4);
  for (const dim of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const params = { ...tileParams(tile, dim) };
    const attentionCase = bind(attention, attentionProblem({ seqLenQ: 16, headDim: dim }), device);
    expect(attentionCase.variant('flash', params).supported).toBe(true);
    const contrastiveCase = bind(contrastive, contrastiveProblem({ numRows: 16, embedDim: dim }), device);
    expect(contrastiveCase.variant('tiled', { ...params, colsV: 1 }).supported).toBe(true);
  }
});
