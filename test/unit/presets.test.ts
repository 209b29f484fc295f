import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { presetList, presets, twinsOf } from '../../src/operations/attention/presets/index.ts';

/** The keys that each query sees, as 0 and 1. */
function picture(maskMod: ReturnType<typeof twinsOf>['maskMod'], queries: number, keys = queries): string[] {
  return Array.from({ length: queries }, (_q, q) =>
    Array.from({ length: keys }, (_k, kv) => (maskMod?.(0, 0, q, kv) === true ? '1' : '0')).join(''),
  );
}

describe('masks, by hand', () => {
  test('causal, with more keys than queries', () => {
    expect(picture(presets.causal.twins({ offset: 2 }).maskMod, 2, 5)).toEqual(['11100', '11110']);
  });
  test('sliding window', () => {
    const { maskMod } = presets.slidingWindow.twins({ left: 1, right: 2 });
    expect(picture(maskMod, 4)).toEqual(['1110', '1111', '0111', '0011']);
  });
  test('dilated', () => {
    const { maskMod } = presets.dilated.twins({ left: 1, right: 1, dilation: 2 });
    expect(picture(maskMod, 4)).toEqual(['1010', '0101', '1010', '0101']);
  });
  test('prefix LM', () => {
    expect(picture(presets.prefixLm.twins({ prefix: 2 }).maskMod, 4)).toEqual([
      '1100',
      '1100',
      '1110',
      '1111',
    ]);
  });
  test('documents', () => {
    expect(picture(presets.document.twins({ starts: [1, 3] }).maskMod, 4)).toEqual([
      '1000',
      '0110',
      '0110',
      '0001',
    ]);
  });
  test('shared prefix', () => {
    const { maskMod } = presets.sharedPrefix.twins({ prefix: 1, starts: [3] });
    expect(picture(maskMod, 5)).toEqual(['10000', '11000', '11100', '10010', '10011']);
  });
  test('sink and window', () => {
    const { maskMod } = presets.sinkWindow.twins({ sinks: 1, left: 1 });
    expect(picture(maskMod, 4)).toEqual(['1000', '1100', '1110', '1011']);
  });
  test('draft tree', () => {
    const { maskMod } = presets.tree.twins({ prefix: 2, parents: [-1, 0, 0, 1, -1] });
    expect(picture(maskMod, 5, 7)).toEqual(['1110000', '1111000', '1110100', '1111010', '1100001']);
  });
  test('chunks with context', () => {
    const { maskMod } = presets.chunked.twins({ size: 2, left: 1, right: 1 });
    expect(picture(maskMod, 5)).toEqual(['11100', '11100', '01111', '01111', '00011']);
    expect(picture(presets.chunked.twins({ size: 2, left: 0, right: 0, offset: -1 }).maskMod, 3)).toEqual([
      '000',
      '110',
      '110',
    ]);
  });
  test('a neighbourhood has its full size at borders and corners', () => {
    const rows = picture(presets.neighbourhood.twins({ height: 4, width: 5, kernel: 3 }).maskMod, 20);
    expect(rows.map((row) => row.replaceAll('0', '').length)).toEqual(Array.from({ length: 20 }, () => 9));
    expect(rows[0]).toBe('11100111001110000000');
    expect(rows[12]).toBe('00000011100111001110');
  });
});

describe('scores, by hand', () => {
  test('ALiBi and softcap', () => {
    const { scoreMod } = presets.alibi.twins({ slopes: [1, 0.5] });
    expect(scoreMod?.(10, 0, 1, 2, 6)).toBe(8);
    expect(presets.softcap.twins({ cap: 2 }).scoreMod?.(1, 0, 0, 0, 0)).toBeCloseTo(2 * Math.tanh(0.5), 14);
  });

  test('T5 buckets, as its authors compute them', () => {
    const table = [Array.from({ length: 32 }, (_, bucket) => bucket)];
    const bucket = (bidirectional: boolean, place: number) =>
      presets.relativeBias
        .twins({ table, bidirectional, maxDistance: 128 })
        .scoreMod?.(0, 0, 0, 500, 500 + place);
    // 16 exact and 16 logarithmic ones to the left; to the right, all the first.
    expect([0, -1, -15, -16, -20, -127, -128, -400, 3].map((place) => bucket(false, place))).toEqual([
      0, 1, 15, 16, 17, 31, 31, 31, 0,
    ]);
    // 8 exact and 8 logarithmic ones on each side.
    expect([-7, -8, -12, -128, 1, 8, 400].map((place) => bucket(true, place))).toEqual([
      7, 8, 9, 15, 17, 24, 31,
    ]);
  });

  test('Swin V2', () => {
    const table = [Array.from({ length: 15 }, (_, place) => place)];
    const { scoreMod } = presets.cosine.twins({ logitScales: [4], height: 2, width: 3, table });
    // A 3 × 5 table: its middle belongs to a token and itself.
    expect(scoreMod?.(0.5, 0, 0, 4, 4)).toBe(2 + 7);
    expect(scoreMod?.(0.5, 0, 0, 5, 0)).toBe(2 + 14);
    expect(scoreMod?.(0.5, 0, 0, 0, 5)).toBe(2 + 0);
  });
});

describe('bad parameters are named', () => {
  const bad: Record<string, [() => unknown, string]> = {
    'half an offset': [() => presets.causal.modifiers({ offset: 0.5 }), 'offset'],
    'an endless window': [() => presets.slidingWindow.modifiers({ left: -1, right: 0 }), 'left'],
    'no dilation': [() => presets.dilated.modifiers({ left: 1, right: 1, dilation: 0 }), 'dilation'],
    'starts that do not increase': [() => presets.document.modifiers({ starts: [5, 5] }), 'starts[1]'],
    'no starts': [() => presets.document.modifiers({ starts: [] }), 'starts'],
    'a continuation within the prefix': [
      () => presets.sharedPrefix.modifiers({ prefix: 8, starts: [8] }),
      'starts[0]',
    ],
    'a tree before its root': [
      () => presets.tree.modifiers({ prefix: 3, parents: [-1, 2, 0] }),
      'parents[1]',
    ],
    'a tree without a token': [() => presets.tree.modifiers({ prefix: 3, parents: [] }), 'parents'],
    'chunks of nothing': [() => presets.chunked.modifiers({ size: 0, left: 1, right: 1 }), 'size'],
    'an even kernel': [() => presets.neighbourhood.modifiers({ height: 9, width: 9, kernel: 4 }), 'kernel'],
    'a kernel beyond the grid': [
      () => presets.neighbourhood.modifiers({ height: 3, width: 9, kernel: 5 }),
      'kernel',
    ],
    'a slope of NaN': [() => presets.alibi.modifiers({ slopes: [1, NaN] }), 'slopes[1]'],
    'a cap of 0': [() => presets.softcap.modifiers({ cap: 0 }), 'cap'],
    'rows of different lengths': [
      () => presets.relativeBias.modifiers({ table: [[1, 2], [1]], bidirectional: false, maxDistance: 9 }),
      'table[1]',
    ],
    'a table that WGSL cannot hold': [
      () =>
        presets.relativeBias.modifiers({
          table: Array.from({ length: 64 }, () => Array.from({ length: 32 }, () => 1)),
          bidirectional: false,
          maxDistance: 128,
        }),
      'table',
    ],
    'a table for other heads': [
      () => presets.cosine.modifiers({ logitScales: [1, 2], height: 1, width: 1, table: [[0]] }),
      'table',
    ],
  };
  for (const [name, [call, argument]] of Object.entries(bad)) {
    test(name, () => {
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(expect.objectContaining({ argument }) as Error);
    });
  }
});

describe('the way back from a text to its twin', () => {
  test('is there for every preset, and survives a copy as plain data', () => {
    for (const preset of presetList) {
      const problem = attentionProblem(structuredClone(preset.modifiers(preset.example)));
      const found = twinsOf(problem);
      expect(Object.keys(found)).toEqual(Object.keys(preset.twins(preset.example)));
      expect(Object.keys(found)).toEqual(Object.keys(preset.modifiers(preset.example)));
    }
  });

  test('is not there for what a preset did not make', () => {
    const { maskMod = '' } = presets.causal.modifiers({});
    expect(() => twinsOf(attentionProblem({ maskMod: maskMod.replace('<=', '<') }))).toThrow(
      UnsupportedError,
    );
    expect(() => twinsOf(attentionProblem({ maskMod: maskMod.replace('{}', '{"offset":1}') }))).toThrow(
      'maskMod',
    );
    expect(() => twinsOf(attentionProblem({ maskMod: maskMod.replace('{}', '{,}') }))).toThrow('maskMod');
    expect(() => twinsOf(attentionProblem({ scoreMod: maskMod }))).toThrow('scoreMod');
    expect(() => twinsOf(attentionProblem({ maskMod: 'return true;' }))).toThrow('maskMod');
  });

  test('a preset with a score has its derivative', () => {
    for (const preset of presetList) {
      const { scoreMod, scoreModGrad } = preset.modifiers(preset.example);
      expect(scoreModGrad === undefined).toBe(scoreMod === undefined);
    }
  });
});
