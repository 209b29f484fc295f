import { afterAll, describe, expect, test } from 'vitest';
import { parseArgs } from '../../bench/args.ts';
import { flagOf, type Option } from '../../src/core/option.ts';
import { OPERATIONS, requireOperation, type OperationId } from '../../src/operations/index.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { parseFields, type Fields } from '../../src/ui/form/fields.ts';
import type { Form } from '../../src/ui/form/form-fields.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import { isLinked } from '../../src/ui/form/option-fields.ts';
import { problemControls, problemDefaults, readProblem } from '../../src/ui/form/problem-forms.ts';
import { readUrl, writeUrl } from '../../src/ui/form/url-state.ts';
import { profileOf } from '../../src/measure/device.ts';
import { sampleDevice } from '../support/sample-report.ts';
import { registerToy } from '../support/toy-operation.ts';

afterAll(registerToy().unregister);

interface Row {
  readonly id: OperationId;
  readonly option: Option<object>;
}

const ROWS: Row[] = OPERATIONS.flatMap(({ id, options }) => options.map((option) => ({ id, option })));
const NAMED = ROWS.map((row) => ({ ...row, title: `${row.id}: ${row.option.name}` }));

/** The fields that try an option out, and those that it needs alone. */
function triedOut({ id, option }: Row): { readonly without: Fields; readonly tried: Fields } {
  const form = measureForm(id);
  const one = { ...form.defaults(), [form.sizeField]: problemDefaults(id)[form.sizeField] ?? '' };
  const { [option.name]: _, ...others } = option.exampleWith ?? {};
  const without = { ...one, ...others };
  return { without, tried: { ...without, [option.name]: option.example } };
}

/** The text of everything that a template holds. */
function held(template: unknown): unknown[] {
  if (Array.isArray(template)) return template.flatMap(held);
  if (typeof template !== 'object' || template === null || !('values' in template)) return [template];
  return held(template.values);
}

/** The command line of fields that differ from those of a form. */
function lineOf({ id, option }: Row): string[] {
  const { options } = requireOperation(id);
  const texts = { ...option.exampleWith, [option.name]: option.example };
  return [
    id,
    ...Object.entries(texts).flatMap(([name, text]) => {
      const found = options.find((one) => one.name === name);
      if (found === undefined || found.control.kind === 'code') return [];
      return found.control.kind === 'switch' ? [flagOf(found)] : [`${flagOf(found)}=${text}`];
    }),
  ];
}

describe('every option of every operation', () => {
  test.each(NAMED)('$title shapes a problem', (row) => {
    const { settings } = measureForm(row.id);
    const { without, tried } = triedOut(row);
    const [plain, shaped] = [parseFields(settings, without), parseFields(settings, tried)];
    expect(shaped.errors).toBeUndefined();
    expect(shaped.plan?.cases[0]?.problem).not.toEqual(plain.plan?.cases[0]?.problem);
  });

  test.each(NAMED)('$title has a control in its form', ({ id, option }) => {
    const form: Form = { fields: problemDefaults(id), errors: {}, set: () => undefined };
    const rows = isLinked(option) ? problemControls(id, form) : measureForm(id).controls(form);
    expect([option.name, `${option.name}-label`].some((name) => held(rows).includes(name))).toBe(true);
  });

  test.each(NAMED)('$title gets the seeded inputs that its variants read', (row) => {
    const { plan } = parseFields(measureForm(row.id).settings, triedOut(row).tried);
    const [first] = plan?.cases ?? [];
    if (first === undefined) throw new Error('nothing to measure');
    const bound = requireOperation(row.id).bind(first.problem, profileOf(sampleDevice));
    const inputs = bound.inputs(1);
    for (const variant of bound.variantIds.map((id) => bound.variant(id))) {
      if (variant.supported !== true) continue;
      for (const { name, role, bytes } of variant.plan().buffers) {
        if (role !== 'input') continue;
        // A buffer may end with padding.
        expect([name, inputs[name] && Math.ceil(inputs[name].byteLength / 4) * 4]).toEqual([name, bytes]);
      }
    }
  });

  test.each(NAMED.filter(({ option }) => isLinked(option)))('$title is carried by a link', (row) => {
    const { settings, defaults } = measureForm(row.id);
    const { tried } = triedOut(row);
    const { hash } = new URL(writeUrl(settings, tried), 'https://tilewise.example');
    expect(readUrl(settings, { search: '', hash }, defaults())).toEqual({ fields: tried, given: true });
  });

  test.each(NAMED.filter(({ option }) => option.control.kind !== 'code'))('$title is a flag', (row) => {
    const { shapings, sizes } = parseArgs(lineOf(row)) ?? {};
    const { bench } = requireOperation(row.id);
    if (flagOf(row.option) === '--sizes') expect(sizes).toEqual([Number(row.option.example)]);
    else expect(shapings?.[row.id]?.(bench.sized(64))).toBeDefined();
  });

  test.each(OPERATIONS.map(({ id }) => id))('help of %s lists each flag', (id) => {
    let help = '';
    parseArgs([id, '--help'], undefined, {
      writeOut: (text) => (help += text),
      writeErr: () => undefined,
    });
    for (const option of requireOperation(id).options) expect(help).toContain(option.flag);
  });

  test.each(OPERATIONS.map(({ id }) => id))('%s has names and flags of their own', (id) => {
    const { options } = requireOperation(id);
    for (const key of ['name', 'flag', 'title'] as const) {
      expect(new Set(options.map((option) => option[key])).size).toBe(options.length);
    }
  });

  test('one flag is one thing, whatever the operation', () => {
    for (const { option } of ROWS) {
      const others = ROWS.filter((row) => flagOf(row.option) === flagOf(option));
      expect(new Set(others.map((row) => row.option.flag))).toEqual(new Set([option.flag]));
    }
  });
});

describe('code', () => {
  test('is not carried by a link, and not taken from one', () => {
    const { settings, defaults } = measureForm('attention');
    const fields = { ...defaults(), maskMod: 'return kv <= q;' };
    expect(parseFields(settings, fields).plan?.cases[0]?.problem).toMatchObject({
      maskMod: 'return kv <= q;',
    });
    expect(writeUrl(settings, fields)).toBe(writeUrl(settings, defaults()));
    const link = { search: '?v=1&maskMod=return%20true;', hash: '' };
    const { fields: read, notice } = readUrl(settings, link, defaults());
    expect(read).toEqual(defaults());
    expect(notice).toContain('maskMod');
    expect(readProblem('attention', fields)).not.toHaveProperty('problem.maskMod');
  });
});

describe('a preset', () => {
  test.each(Object.keys(presets))('%s needs no parameters, and fits the heads', (name) => {
    const { problem, errors } = readProblem('attention', { preset: name, numHeads: '3' });
    expect(errors).toBeUndefined();
    const text = JSON.stringify(problem);
    expect(text).toContain('// preset');
  });

  test('takes lists', () => {
    const { problem } = readProblem('attention', {
      preset: 'alibi:slopes=[0.5,0.25],offset=2',
      numHeads: '2',
    });
    expect(problem).toMatchObject({
      scoreMod: presets.alibi.modifiers({ slopes: [0.5, 0.25], offset: 2 }).scoreMod,
    });
  });

  test.each([
    ['slidingWindow:left', "'left' is no parameter"],
    ['slidingWindow:left=-1,right=0', 'Modifier preset: expected left to be an integer'],
    ['sliding', 'Only causal, slidingWindow'],
  ])('%s is refused beside its field', (preset, message) => {
    expect(readProblem('attention', { preset }).errors?.['preset']).toContain(message);
  });
});

describe('packed documents', () => {
  test('repeat until the sequence is full, keys in proportion', () => {
    const { problem } = readProblem('attention', { documents: '6, 2', seqLenQ: '10', seqLenKV: '20' });
    expect(problem).toMatchObject({ cuSeqLensQ: [0, 6, 8, 10], cuSeqLensKV: [0, 12, 16, 20] });
  });
});

test('what does not go together is told at the field that was changed last, in titles', () => {
  const fields = { numHeads: '8', numKVHeads: '3' };
  const message = 'Heads: expected a multiple of KV heads = 3, got 8';
  expect(readProblem('attention', fields).errors).toEqual({ numHeads: message });
  expect(readProblem('attention', fields, 'numKVHeads').errors).toEqual({ numKVHeads: message });
  expect(readProblem('attention', fields, 'softcap').errors).toEqual({ numHeads: message });
  const smoothed = readProblem('contrastive', { loss: 'siglip', labelSmoothing: '0.1' });
  expect(smoothed.errors?.['labelSmoothing']).toContain("Label smoothing makes no sense with loss 'siglip'");
});

describe('fields of a comparison that was linked before', () => {
  test.each<{ id: OperationId; fields: Fields; problem: object }>([
    {
      id: 'attention',
      fields: {
        ...{
          operation: 'attention',
          seqLenQ: '40',
          seqLenKV: '',
          batch: '2',
          numHeads: '4',
          numKVHeads: '2',
        },
        ...{
          headDim: '32',
          headDimV: '',
          causal: 'bottom-right',
          window: '12, 3',
          softcap: '20',
          bias: 'heads',
        },
        ...{ mask: 'none', seqLensKV: '40, 9', alibi: 'on', sinks: 'off' },
      },
      problem: {
        ...{ batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 40, seqLenKV: 40, headDim: 32, headDimV: 32 },
        ...{ causal: 'bottom-right', window: [12, 3], softcap: 20, biasShape: [4, 40, 40], alibi: true },
        ...{ softmaxScale: 32 ** -0.5, seqLensKV: [40, 9] },
      },
    },
    {
      id: 'contrastive',
      fields: {
        ...{ loss: 'nt-xent', normalize: 'yes', numRows: '96', embedDim: '64', logitScale: '10' },
        gradients: 'all',
      },
      problem: {
        ...{ loss: 'nt-xent', numRows: 96, numCols: 96, embedDim: 64, logitScale: 10, oneTensor: true },
        ...{ gradients: ['x', 'logitScale'], reduction: 'mean', normalize: true },
      },
    },
    {
      id: 'shared-prefix',
      fields: {
        ...{ batch: '4', seqLenQ: '1', seqLenKV: '160', prefixLen: '128', numHeads: '4', numKVHeads: '' },
        headDim: '64',
      },
      problem: {
        ...{ batch: 4, numHeads: 4, numKVHeads: 4, seqLenQ: 1, seqLenKV: 160, headDim: 64, headDimV: 64 },
        ...{ causal: 'bottom-right', prefixLen: 128, softmaxScale: 0.125 },
      },
    },
    {
      id: 'merge-states',
      fields: { numStates: '3', numRows: '100', headDimV: '16' },
      problem: { numStates: 3, numRows: 100, headDimV: 16 },
    },
  ])('of $id mean what they meant', ({ id, fields, problem }) => {
    expect(readProblem(id, fields)).toEqual({ problem });
  });
});
