import { describe, expect, test } from 'vitest';
import { compileModule } from '../../src/gpu/shader-module.ts';
import { linkShader, reachable } from '../../src/gpu/link.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { injectedModifiers } from '../../src/operations/attention/modifiers.ts';
import { attentionProblem } from '../../src/operations/attention/problem.ts';
import type { Condition, Constant } from '../../src/core/shader-names.ts';
import { ShaderError } from '../../src/core/errors.ts';
import { openNullDevice } from '../support/dawn.ts';

type Tile = Pick<
  Record<Constant, number>,
  'BLOCK_M' | 'BLOCK_N' | 'ROWS' | 'COLS' | 'COLS_V' | 'DEPTH' | 'WIDTH' | 'STAGE_DEPTH'
>;
type Sizes = Record<Exclude<Constant, 'QUERIES' | 'KEYS'>, number>;

const sizes = (tile: Tile): Sizes => ({
  ...tile,
  WORKGROUP_SIZE: 64,
  TOP: 3,
  OWN_NEGATIVES: 2,
  ...{ MATRIX_M: 8, MATRIX_N: 8, MATRIX_K: 8, FRAGMENTS: 2, SUBGROUPS_M: 2, SUBGROUPS_N: 2 },
  CHAINS: 2,
  STEPS: 3,
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
  .filter((file) => !/(^|\/)lib\//.test(file))
  .map((file) => file.replace('.wesl', ''));

function conditionsOf(shader: string): Condition[] {
  const texts = reachable(`${shader}.wesl`, SHADER_SOURCES).map((file) => SHADER_SOURCES[file] ?? '');
  const found = texts.flatMap((text) => [...text.matchAll(/@(?:if|elif)\s*\(([^)]*)\)/g)]);
  const names = found.flatMap((match) => (match[1] ?? '').match(/[A-Z_]+/g) ?? []);
  return [...new Set(names)] as Condition[];
}

type Conditions = Partial<Record<Condition, boolean>>;

/** Conditions that a shader always or never has, because of what it does. */
function fixedConditions(shader: string): Conditions {
  const gradient = /flash_backward_(query|key_value|bias|delta)/.exec(shader)?.[1];
  if (gradient !== undefined) {
    return {
      PACKED: true,
      BY_COLUMN: gradient === 'key_value',
      TO_BIAS: gradient === 'bias',
      TO_DELTA: gradient === 'delta',
    };
  }
  if (shader === 'matmul/matrix') return { F16: true, MATRIX: true, SUBGROUPS: true };
  if (shader.startsWith('contrastive/')) return { PACKED: false };
  return { PACKED: false, BY_COLUMN: false, ...(!shader.includes('backward') && { SCORE_MOD_GRAD: false }) };
}

/** Whether some problem asks for both of two conditions. */
const compatible = (on: Conditions): boolean =>
  !(on.DOCUMENTS && on.LENGTHS) &&
  !(on.SUBGROUPS && on.STAGED) &&
  !(on.VECTOR && on.RAGGED) &&
  !(on.VECTOR && on.TWO_TERM) &&
  (on.CLASSIFIED === undefined || on.MASK === true || on.MASK_MOD === true) &&
  !(on.SUM_KEYS && on.SUM_QUERIES) &&
  (on.SCORE_MOD_GRAD === undefined || on.SCORE_MOD === true);

/**
 * Up to so many conditions meet in every combination. Of more, any two meet alone, and any one is missing from
 * all that a problem can ask for at once: a name or a type that one condition breaks for another shows in one of these.
 */
const ALL_UP_TO = 8;

function combinations(shader: string, conditions: readonly Condition[]): Conditions[] {
  if (conditions.length <= ALL_UP_TO) return subsets(conditions, ALL_UP_TO).map(on).filter(compatible);
  // The losses exclude one another: no problem asks for nearly all that their shaders know.
  if (shader.startsWith('contrastive/')) return subsets(conditions, 2).map(on).filter(compatible);
  const few = subsets(conditions, 2).map(on).filter(compatible);
  // How operands are loaded has nothing to do with what is made of them: it meets each alone.
  const others = conditions.filter((condition) => condition !== 'VECTOR');
  const many = subsets(others, 5)
    .map((missing) => on(others.filter((condition) => !missing.includes(condition))))
    .filter(compatible);
  const most = Math.max(...many.map(count));
  return [...few, ...many.filter((all) => count(all) >= most - 1)];
}

const on = (conditions: readonly Condition[]): Conditions =>
  Object.fromEntries(conditions.map((condition) => [condition, true]));

/** All subsets of at most so many items. */
function subsets<T>(items: readonly T[], most: number): T[][] {
  return items.reduce<T[][]>(
    (all, item) => all.flatMap((one) => (one.length < most ? [one, [...one, item]] : [one])),
    [[]],
  );
}

const count = (conditions: object): number => Object.keys(conditions).length;

/** Queries and keys of an invocation are its tile rows and columns, or the other way round. */
const perAxis = (on: Conditions, { ROWS, COLS }: Sizes) =>
  on.BY_COLUMN ? { QUERIES: COLS, KEYS: ROWS } : { QUERIES: ROWS, KEYS: COLS };

/** Loads of four are only asked for where lengths are multiples of four. */
function fours({ DEPTH, WIDTH, COLS_V, STAGE_DEPTH }: Sizes) {
  const up = (length: number) => 4 * Math.ceil(length / 4);
  return { DEPTH: up(DEPTH), WIDTH: up(WIDTH), COLS_V: up(COLS_V), STAGE_DEPTH: up(STAGE_DEPTH) };
}

/** Stand-ins for what users write. */
const injected = injectedModifiers(
  attentionProblem({
    scoreMod: 'return 2.0 * score;',
    scoreModGrad: 'return 2.0;',
    maskMod: 'return kv <= q;',
  }),
);

describe('every permutation of every shader compiles', () => {
  for (const shader of ROOTS) {
    test(shader, async () => {
      const device = await openNullDevice();
      const fixed = fixedConditions(shader);
      const free = conditionsOf(shader).filter((condition) => fixed[condition] === undefined);
      const all = combinations(shader, free).map((conditions) => ({ ...fixed, ...conditions }));
      const compile = (conditions: Conditions, tile: Sizes) =>
        compileModule(device, {
          shader,
          conditions,
          constants: { ...tile, ...perAxis(conditions, tile), ...(conditions.VECTOR && fours(tile)) },
          injected,
        });
      for (const conditions of all) await compile(conditions, SMALL);
      // Sizes change no name and no type, so the larger tiles need not meet every combination: each condition alone,
      // and the most that there are where those are more than the pairs.
      const [least, most] = [count(fixed), Math.max(...all.map(count))];
      const some = all.filter((conditions) => {
        const extra = count(conditions) - least;
        return extra <= 1 || (extra > 2 && count(conditions) === most);
      });
      for (const tile of TILES) {
        for (const conditions of some) await compile(conditions, tile);
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
      'four[s] = f32(right[base + last_or(k + s, depth)]);',
      'four[s] = f32(wrong[base + last_or(k + s, depth)]);',
    );
    const failure = compileModule(await openNullDevice(), spec, sources);
    await expect(failure).rejects.toMatchObject({
      name: 'ShaderError',
      file: 'shaders/lib/dot_tile.wesl',
      line: lineOf('lib/dot_tile.wesl', 'four[s] = f32(right['),
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
    const condition = withChange(
      'lib/dot_tile.wesl',
      '@if(STAGED && !VECTOR) const LEFT',
      '@if(STAGGED) const LEFT',
    );
    await expect(linkShader(spec, condition)).rejects.toMatchObject({
      file: 'shaders/lib/dot_tile.wesl',
      detail: 'unknown condition STAGGED',
    });
    const constant = withChange('matmul/tiled.wesl', 'constants::{BLOCK_M', 'constants::{BLOK_M');
    await expect(linkShader(spec, constant)).rejects.toMatchObject({ detail: 'unknown constant BLOK_M' });
    const elseIf = withChange('attention/flash_backward_bias.wesl', '@elif(', '@else @if(');
    await expect(linkShader(spec, elseIf)).rejects.toMatchObject({ detail: 'write @elif for @else @if' });
  });
});
