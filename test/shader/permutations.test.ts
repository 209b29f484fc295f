import { describe, expect, test } from 'vitest';
import { compileModule } from '../../src/gpu/compile.ts';
import { linkShader, reachable } from '../../src/gpu/link.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import type { Condition, Constant } from '../../src/kernels/shader-names.ts';
import { ShaderError } from '../../src/errors.ts';
import { openNullDevice } from '../support/dawn.ts';

type Tile = Pick<
  Record<Constant, number>,
  'BLOCK_M' | 'BLOCK_N' | 'ROWS' | 'COLS' | 'COLS_V' | 'DEPTH' | 'WIDTH' | 'STAGE_DEPTH'
>;

const sizes = (tile: Tile): Record<Constant, number> => ({
  ...tile,
  WORKGROUP_SIZE: 64,
  TOP: 3,
  OWN_NEGATIVES: 2,
});

const SMALL = sizes({
  BLOCK_M: 2,
  BLOCK_N: 4,
  ROWS: 1,
  COLS: 2,
  COLS_V: 1,
  DEPTH: 3,
  WIDTH: 2,
  STAGE_DEPTH: 2,
});

/** A narrow device's tile, a wide one's, and the smallest there is. */
const TILES = [
  sizes({ BLOCK_M: 32, BLOCK_N: 32, ROWS: 8, COLS: 8, COLS_V: 16, DEPTH: 64, WIDTH: 64, STAGE_DEPTH: 16 }),
  sizes({ BLOCK_M: 64, BLOCK_N: 64, ROWS: 4, COLS: 4, COLS_V: 5, DEPTH: 67, WIDTH: 71, STAGE_DEPTH: 8 }),
  sizes({ BLOCK_M: 1, BLOCK_N: 1, ROWS: 1, COLS: 1, COLS_V: 1, DEPTH: 1, WIDTH: 1, STAGE_DEPTH: 1 }),
];

/** Shaders with an entry point of their own. */
const ROOTS = Object.keys(SHADER_SOURCES)
  .filter((file) => !file.startsWith('lib/'))
  .map((file) => file.replace('.wesl', ''));

function conditionsOf(shader: string): Condition[] {
  const texts = reachable(`${shader}.wesl`, SHADER_SOURCES).map((file) => SHADER_SOURCES[file] ?? '');
  const found = texts.flatMap((text) => [...text.matchAll(/@(?:if|elif)\s*\(([^)]*)\)/g)]);
  const names = found.flatMap((match) => (match[1] ?? '').match(/[A-Z_]+/g) ?? []);
  return [...new Set(names)] as Condition[];
}

/** Above this number of conditions, only pairs of them are tried: that is what one piece of code asks about. */
const FEW = 8;

function combinations(conditions: readonly Condition[]): Partial<Record<Condition, boolean>>[] {
  if (conditions.length <= FEW) return allCombinations(conditions);
  const pairs = conditions.flatMap((a, at) => conditions.slice(at).map((b) => ({ [a]: true, [b]: true })));
  return [{}, ...pairs];
}

function allCombinations(conditions: readonly Condition[]): Partial<Record<Condition, boolean>>[] {
  return conditions.reduce<Partial<Record<Condition, boolean>>[]>(
    (all, condition) => all.flatMap((one) => [one, { ...one, [condition]: true }]),
    [{}],
  );
}

const count = (conditions: object): number => Object.keys(conditions).length;

describe('every permutation of every shader compiles', () => {
  for (const shader of ROOTS) {
    test(shader, async () => {
      const device = await openNullDevice();
      const all = combinations(conditionsOf(shader));
      for (const conditions of all) await compileModule(device, { shader, conditions, constants: SMALL });
      // Sizes change no name and no type, so the larger tiles need not meet every combination.
      const some = all.filter((conditions) =>
        [0, 1, conditionsOf(shader).length].includes(count(conditions)),
      );
      for (const constants of TILES) {
        for (const conditions of some) await compileModule(device, { shader, conditions, constants });
      }
    });
  }
});

describe('a mistake in a shader', () => {
  const spec = { shader: 'matmul/tiled', conditions: {}, constants: SMALL };
  const withChange = (file: string, from: string, to: string) => {
    const text = SHADER_SOURCES[file] ?? '';
    expect(text).toContain(from);
    return { ...SHADER_SOURCES, [file]: text.replace(from, to) };
  };
  const lineOf = (file: string, text: string) =>
    (SHADER_SOURCES[file] ?? '').split('\n').findIndex((line) => line.includes(text)) + 1;

  test('in the root is a ShaderError at its file and line', async () => {
    const sources = withChange('matmul/tiled.wesl', 'let tile = dot_tile', 'let tile = dot_tyle');
    const failure = compileModule(await openNullDevice(), spec, sources);
    await expect(failure).rejects.toBeInstanceOf(ShaderError);
    await expect(failure).rejects.toMatchObject({
      file: 'shaders/matmul/tiled.wesl',
      line: lineOf('matmul/tiled.wesl', 'let tile = dot_tile'),
    });
  });

  test('in an imported module, inside an unrolled loop, is one there', async () => {
    const sources = withChange(
      'lib/dot_tile.wesl',
      'let b = right[col_base[c] + k];',
      'let b = wrong[col_base[c] + k];',
    );
    const failure = compileModule(await openNullDevice(), spec, sources);
    await expect(failure).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/lib/dot_tile.wesl',
      line: lineOf('lib/dot_tile.wesl', 'let b = right[col_base[c] + k];'),
      detail: "unresolved identifier 'wrong'",
    });
  });

  test('that only the compiler can see is one too', async () => {
    const sources = withChange('lib/grid.wesl', 'return slice.first + id.y', 'return slice.first + id.wrong');
    await expect(compileModule(await openNullDevice(), spec, sources)).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/lib/grid.wesl',
      line: lineOf('lib/grid.wesl', 'return slice.first + id.y'),
    });
  });

  test('of syntax is one too', async () => {
    const sources = withChange('matmul/tiled.wesl', 'let tile = dot_tile', 'let = dot_tile');
    await expect(linkShader(spec, sources)).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/matmul/tiled.wesl',
      line: lineOf('matmul/tiled.wesl', 'let tile = dot_tile'),
    });
  });

  test('an unknown condition or constant is refused, not taken for false', async () => {
    const condition = withChange('lib/dot_tile.wesl', '@if(STAGED) const LEFT', '@if(STAGGED) const LEFT');
    await expect(linkShader(spec, condition)).rejects.toMatchObject({
      file: 'shaders/lib/dot_tile.wesl',
      detail: 'unknown condition STAGGED',
    });
    const constant = withChange('matmul/tiled.wesl', 'constants::{BLOCK_M', 'constants::{BLOK_M');
    await expect(linkShader(spec, constant)).rejects.toMatchObject({ detail: 'unknown constant BLOK_M' });
  });
});
