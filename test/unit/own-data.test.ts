import { describe, expect, test } from 'vitest';
import { normals } from '../../src/core/random.ts';
import { openSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { OPERATIONS, requireOperation } from '../../src/operations/index.ts';
import { ownCall, ownCase } from '../../src/ui/own-data/call.ts';
import { guess, rolesOf } from '../../src/ui/own-data/roles.ts';
import { ownSettings } from '../../src/ui/own-data/settings.ts';

const READING = { layout: 'heads-first', halves: false } as const;

/** Arrays of a file, by their names and shapes; those of integers count up. */
async function arraysOf(
  shapes: Readonly<Record<string, readonly number[]>>,
  integers: readonly string[] = [],
) {
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const data = integers.includes(name)
      ? Float32Array.from({ length: count }, (_, i) => i)
      : normals(count, 1);
    return [name, { dtype: 'f32' as const, shape, data }] as const;
  });
  const file = writeSafetensors(Object.fromEntries(entries));
  return (await openSafetensors(new Blob([new Uint8Array(file)]), 'captured')).arrays;
}

const taking = OPERATIONS.filter(({ ownData }) => ownData !== undefined);

describe.each(taking.map(({ id }) => id))('%s on own data', (id) => {
  test('knows its arguments by their own names, each once', async () => {
    const names = rolesOf(id).map(({ argument }) => argument);
    expect(new Set(names).size).toBe(names.length);
    const arrays = await arraysOf(Object.fromEntries(names.map((name) => [`layer.0.${name}`, [1]])));
    expect(Object.keys(guess(id, arrays))).toEqual(names);
  });

  test('asks for what is missing by name', async () => {
    const settings = ownSettings({ operation: id, problem: requireOperation(id).problem({}) });
    if (settings === undefined) throw new Error('it takes files');
    const [first] = rolesOf(id).filter(({ required }) => required === true);
    await expect(ownCall(settings, {}, READING)).rejects.toThrow(first?.argument);
  });
});

test('options of the form and arrays become one case of attention', async () => {
  const problem = requireOperation('attention').problem({ causal: 'top-left', softcap: 20, numHeads: 9 });
  const settings = ownSettings({ operation: 'attention', problem });
  if (settings === undefined) throw new Error('it takes files');
  const heads = [1, 2, 6, 4];
  const arrays = await arraysOf({ q: heads, k: heads, v: heads, attn_bias: [6, 6] });
  const one = ownCase(await ownCall(settings, guess('attention', arrays), READING));
  expect(one.problem).toMatchObject({
    ...{ numHeads: 2, seqLenQ: 6, headDim: 4 },
    ...{ causal: 'top-left', softcap: 20, biasShape: [6, 6] },
  });
  expect(Object.keys(one.inputs ?? {})).toEqual(expect.arrayContaining(['query', 'key', 'value', 'bias']));
});

test('labels of a file are whole numbers', async () => {
  const problem = requireOperation('contrastive').problem({ loss: 'sup-con', numRows: 64, gradients: ['x'] });
  const settings = ownSettings({ operation: 'contrastive', problem });
  if (settings === undefined) throw new Error('it takes files');
  const arrays = await arraysOf({ embeds: [4, 8], labels: [4] }, ['labels']);
  const chosen = guess('contrastive', arrays);
  expect(ownCase(await ownCall(settings, chosen, READING)).problem).toMatchObject({
    ...{ loss: 'sup-con', numRows: 4, embedDim: 8, gradients: ['x'] },
  });
});

test('operations that take no files have no settings', () => {
  const problem = requireOperation('merge-states').problem({});
  expect(ownSettings({ operation: 'merge-states', problem } as never)).toBeUndefined();
});
