import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attention } from '../../src/kernels/attention/operation.ts';
import { contrastive } from '../../src/kernels/contrastive/operation.ts';
import { attentionDefaults, attentionSettings } from '../../src/ui/attention-settings.ts';
import { contrastiveDefaults, contrastiveSettings } from '../../src/ui/contrastive-settings.ts';
import { paramIn, parseFields, withParam } from '../../src/ui/fields.ts';
import { readUrl, writeUrl } from '../../src/ui/url-state.ts';

const attentionForm = attentionSettings(attention.variants);
const contrastiveForm = contrastiveSettings(contrastive.variants);

describe('a form', () => {
  test('by default asks for every variant of three problems', () => {
    const { plan } = parseFields(attentionForm, attentionDefaults());
    expect(plan?.cases.map(({ problem }) => 'seqLenQ' in problem && problem.seqLenQ)).toEqual([64, 128, 256]);
    expect(plan?.cases[0]?.variants).toEqual(attention.variants.map(({ id }) => id));
    expect(parseFields(contrastiveForm, contrastiveDefaults()).plan?.cases).toHaveLength(3);
  });

  test('takes empty fields for "the same as"', () => {
    const fields = { ...attentionDefaults(), seqLenQ: '5', numHeads: '6', headDim: '32' };
    const { plan } = parseFields(attentionForm, fields);
    expect(plan?.cases[0]?.problem).toMatchObject({ seqLenKV: 5, numKVHeads: 6, headDimV: 32 });
  });

  test('sorts sizes and drops repeats', () => {
    const { plan } = parseFields(contrastiveForm, { ...contrastiveDefaults(), numRows: '9, 3 9,,5' });
    expect(plan?.cases.map(({ problem }) => 'numRows' in problem && problem.numRows)).toEqual([3, 5, 9]);
  });

  test.each([
    ['seqLenQ', ''],
    ['seqLenQ', '0'],
    ['seqLenQ', '1.5'],
    ['headDim', '257'],
    ['numKVHeads', '3'],
    ['causal', 'yes'],
    ['variants', 'none'],
    ['variants', 'fastest'],
    ['params', 'flash.blockM:31'],
    ['params', 'naive.blockM:32'],
  ])('refuses %s=%s', (name, value) => {
    const { errors } = parseFields(attentionForm, { ...attentionDefaults(), [name]: value });
    const blamed = name === 'numKVHeads' ? 'numHeads' : name;
    expect(Object.keys(errors ?? {})).toEqual([blamed]);
  });

  test('keeps parameters by variant', () => {
    const text = withParam(withParam('', 'flash', 'blockM', '64'), 'flash', 'blockN', '32');
    expect(
      parseFields(attentionForm, { ...attentionDefaults(), params: text }).plan?.cases[0]?.params,
    ).toEqual({
      flash: { blockM: 64, blockN: 32 },
    });
    expect(paramIn(withParam(text, 'flash', 'blockM', ''), 'flash', 'blockM')).toBe('');
    expect(paramIn(text, 'flash', 'blockN')).toBe('32');
  });
});

describe('a link', () => {
  test('carries any fields there and back', () => {
    const size = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 12 }), size, (sizes, embedDim) => {
        const fields = { ...contrastiveDefaults(), numRows: sizes.join(', '), embedDim: String(embedDim) };
        const link = writeUrl(contrastiveForm, fields);
        expect(readUrl(contrastiveForm, link, contrastiveDefaults())).toEqual({ fields, given: true });
      }),
    );
  });

  test('never throws, whatever it holds, and always gives a form that can be read', () => {
    const defaults = attentionDefaults();
    const name = fc.oneof(fc.constantFrom('v', ...Object.keys(defaults)), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (entries) => {
        const { fields } = readUrl(
          attentionForm,
          `?v=1&${new URLSearchParams(entries).toString()}`,
          defaults,
        );
        expect(parseFields(attentionForm, fields).errors).toBeUndefined();
      }),
    );
  });
});
