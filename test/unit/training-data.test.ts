import { describe, expect, test } from 'vitest';
import { HELD_OUT, MAX_BATCH, Pairs, picturesOf } from '../../src/train/pairs.ts';
import { drawPicture, PIXEL_VALUES } from '../../src/train/picture.ts';
import { readWords, VOCABULARY } from '../../src/train/words.ts';
import { DESCRIPTIONS, sceneOf, wordsOf } from '../../src/train/world.ts';

describe('descriptions', () => {
  test('each number is another one', () => {
    const all = Array.from({ length: DESCRIPTIONS }, (_, description) => wordsOf(description));
    expect(new Set(all).size).toBe(DESCRIPTIONS);
    expect(DESCRIPTIONS).toBe(11_520);
  });

  test('the tower reads all that they say, and nothing twice', () => {
    for (let description = 0; description < DESCRIPTIONS; description += 7) {
      const { counts, unknown } = readWords(wordsOf(description));
      expect(unknown).toEqual([]);
      const { place } = sceneOf(description);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5 + place.split(' ').length);
    }
  });

  test('other words for the same, and words that are not known', () => {
    const usual = readWords('two large purple crosses at the centre on grey').counts;
    const other = readWords('2 big violet CROSSES, middle, on a purple-free gray dragon');
    expect(other.unknown).toEqual(['free', 'dragon']);
    expect(usual[VOCABULARY.indexOf('cross')]).toBe(1);
    expect(other.counts[VOCABULARY.indexOf('purple')]).toBe(2);
    expect(readWords('').counts.every((count) => count === 0)).toBe(true);
  });
});

describe('pictures', () => {
  test('the same bits for the same seed, others for another, all from 0 to 1', () => {
    const picture = drawPicture(1234, 5);
    expect(drawPicture(1234, 5)).toEqual(picture);
    expect(drawPicture(1234, 6)).not.toEqual(picture);
    expect(Math.min(...picture)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...picture)).toBeLessThanOrEqual(1);
  });

  test('four large shapes stay inside nearly whole, wherever they stand', () => {
    for (let description = 0; description < DESCRIPTIONS; description++) {
      const { count, size, place, ground, colour, shape } = sceneOf(description);
      if (
        count !== 'four' ||
        size !== 'large' ||
        colour !== 'red' ||
        shape !== 'square' ||
        ground !== 'black'
      )
        continue;
      const picture = drawPicture(description, 3);
      const reds = Array.from({ length: 32 * 32 }, (_, at) => picture[3 * at] ?? 0);
      expect(reds.filter((red) => red > 0.6).length, place).toBeGreaterThan(150);
    }
  });
});

describe('pairs', () => {
  const pairs = new Pairs(3);

  test('held-out descriptions are never trained on', () => {
    const { pairs: all } = pairs.batch({ epoch: 0, at: 0 }, MAX_BATCH);
    const trained = new Set(all.map(({ description }) => description));
    expect(trained.size).toBe(MAX_BATCH);
    expect(pairs.heldOut).toHaveLength(HELD_OUT);
    expect(pairs.heldOut.filter(({ description }) => trained.has(description))).toEqual([]);
  });

  test('batches follow each other, and an epoch ends before one that does not fit', () => {
    const first = pairs.batch({ epoch: 0, at: 0 }, 6000);
    expect(first.next).toEqual({ epoch: 0, at: 6000 });
    const second = pairs.batch(first.next, 6000);
    expect(second.next).toEqual({ epoch: 1, at: 6000 });
    expect(second.pairs[0]).not.toEqual(first.pairs[0]);
    expect(new Pairs(3).batch(first.next, 6000).pairs).toEqual(second.pairs);
  });

  test('a batch larger than the data is refused by name', () => {
    expect(() => pairs.batch({ epoch: 0, at: 0 }, MAX_BATCH + 1)).toThrow(
      /^batch: expected at most the 11008 pairs/,
    );
  });

  test('pictures end to end', () => {
    const some = pairs.heldOut.slice(0, 2);
    const [first] = some;
    expect(picturesOf(some)).toHaveLength(2 * PIXEL_VALUES);
    expect(picturesOf(some).subarray(0, PIXEL_VALUES)).toEqual(
      drawPicture(first?.description ?? 0, first?.seed ?? 0),
    );
  });
});
