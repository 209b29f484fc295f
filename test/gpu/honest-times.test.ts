import { describe, expect, test } from 'vitest';
import { requireOperation } from '../../src/operations/index.ts';
import type { MeasureEntry } from '../../src/measure/measure-plan.ts';
import { useSession } from '../support/gpu.ts';
import { useLab } from '../support/lab.ts';

const lab = useLab();
const session = useSession();

const PATH = 'attention/naive_output.wesl';
const problem = { seqLenQ: 24, headDim: 8 };
const SEED = 5;

/** The kernel that writes the output, with code put before its loop, and another value to store. */
async function edited(before: string, stored = 'sum') {
  const kernel = { operation: 'attention', problem, variant: 'naive' } as const;
  const text = (await lab().sources(kernel)).find(({ path }) => path === PATH)?.text ?? '';
  const [loop, store] = ['  var sum = 0.0;', '@else output[element] = Output(sum);'];
  expect([text.includes(loop), text.includes(store)]).toEqual([true, true]);
  const changed = text.replace(loop, () => `  ${before}\n${loop}`);
  return { [PATH]: changed.replace(store, () => store.replace('sum', stored)) };
}

async function measured(entry: Partial<MeasureEntry> = {}) {
  const { results } = await lab().measure({
    matmul: false,
    budgetMs: 1,
    seed: SEED,
    cases: [{ operation: 'attention', problem, entries: [{ variant: 'naive', ...entry }] }],
  });
  const [result] = results;
  if (result === undefined) throw new Error('one entry has one result');
  return result;
}

/** The first value of the key tensor that the check before timing sees. */
function firstValue(): number {
  const { value } = requireOperation('attention').bind(problem, session().identity).inputs(SEED);
  return Number(value?.[0]);
}

describe('an edited kernel', () => {
  test('that is honest has times, and says how it fared after them', async () => {
    const result = await measured({ sources: await edited('// an honest comment') });
    expect(result).toMatchObject({ status: 'ok', afterTiming: { otherInputs: true } });
    expect(result.afterTiming?.relL2).toBeLessThan(5e-6);
    expect(result.time?.medianMs).toBeGreaterThan(0);
  });

  test('that keeps its first answer is wrong on the inputs of timed runs', async () => {
    const result = await measured({ sources: await edited('if output[element] != 0.0 { return; }') });
    expect(result.status).toBe('wrong');
    expect(result.reason).toContain('after timing, on other inputs: relative L2 error');
    expect([result.time, result.gflops]).toEqual([undefined, undefined]);
  });

  test('that writes nothing but for the inputs of the check is wrong after timing', async () => {
    const known = `if value[0] != ${firstValue()} { return; }`;
    const result = await measured({ sources: await edited(known) });
    expect([result.status, result.time]).toEqual(['wrong', undefined]);
  });

  test('that knows its inputs again, and returns the answer it has kept, is refused', async () => {
    // Each element keeps four bits of the input in its own last bits, which the bound does not see.
    const mark = 'let mark = (bitcast<u32>(f32(value[0])) >> 9u) & 15u;';
    const known = 'if (output[element] != 0.0) & ((bitcast<u32>(output[element]) & 15u) == mark) { return; }';
    const work = 'var x = f32(element); for (var i = 0u; i < 200000u; i++) { x = exp2(sin(x)); }';
    const sources = await edited(
      `${mark}\n  ${known}\n  ${work}`,
      'bitcast<f32>((bitcast<u32>(sum + 1e-30 * x) & ~15u) | mark)',
    );
    const result = await measured({ sources });
    expect(result.status).toBe('wrong');
    expect(result.reason).toContain('it keeps its answer');
    expect(result.time).toBeUndefined();
  });
});

test('a shipped kernel is checked after timing, on other inputs', async () => {
  expect(await measured()).toMatchObject({ status: 'ok', afterTiming: { otherInputs: true } });
});
