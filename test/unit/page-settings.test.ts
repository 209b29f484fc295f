import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import '../../src/operations/index.ts';
import { MAX_HEAD_DIM } from '../../src/operations/attention/problem.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import { paramIn, parseFields, withParam, type Fields, type Settings } from '../../src/ui/form/fields.ts';
import { packLink } from '../../src/ui/form/link-codec.ts';
import { readUrl, writeUrl } from '../../src/ui/form/url-state.ts';

const { settings: attentionForm, defaults: attentionDefaults } = measureForm(
  'attention',
  'attention-backward',
);
const { settings: contrastiveForm, defaults: contrastiveDefaults } = measureForm('contrastive');

describe('a form', () => {
  test('by default asks for three problems, and leaves it to the device which variants there are', () => {
    const { plan } = parseFields(attentionForm, attentionDefaults());
    expect(plan?.cases.map(({ problem }) => 'seqLenQ' in problem && problem.seqLenQ)).toEqual([64, 128, 256]);
    expect(plan?.cases.map(({ variants }) => variants)).toEqual([undefined, undefined, undefined]);
    expect(parseFields(contrastiveForm, contrastiveDefaults()).plan?.cases).toHaveLength(3);
  });

  test('measures the yardstick unless it is told not to, also from what knew no such field', () => {
    const { yardstick: _, ...before } = attentionDefaults();
    expect(parseFields(attentionForm, before).plan?.matmul).toBe(true);
    expect(parseFields(contrastiveForm, { ...contrastiveDefaults(), yardstick: 'off' }).plan?.matmul).toBe(
      false,
    );
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
    ['headDim', String(MAX_HEAD_DIM + 1)],
    ['numKVHeads', '3'],
    ['causal', 'yes'],
    ['variants', 'none'],
    ['variants', 'fastest'],
    ['params', 'flash.blockM:31'],
    ['params', 'naive.blockM:32'],
    ['operation', 'attention-sideways'],
    ['window', '5,'],
    ['window', '-2'],
    ['window', '99999999999, 0'],
    ['softcap', '0'],
    ['softcap', 'much'],
    ['bias', 'rows'],
    ['mask', ''],
    ['seqLensKV', '5, x'],
    ['seqLensKV', '1, 2'],
    ['seqLensKV', '65'],
    ['alibi', 'true'],
  ])('refuses %s=%s', (name, value) => {
    const { errors } = parseFields(attentionForm, { ...attentionDefaults(), [name]: value });
    const blamed = name === 'numKVHeads' ? 'numHeads' : name;
    expect(Object.keys(errors ?? {})).toEqual([blamed]);
  });

  test.each([
    [{ window: '128' }, { window: [128, 0] }],
    [{ window: ' 5 , -1 ' }, { window: [5, -1] }],
    [{ softcap: '30.5' }, { softcap: 30.5 }],
    [
      { bias: 'keys', mask: 'pairs', batch: '3' },
      { biasShape: [3, 1, 1, 64], maskShape: [64, 64] },
    ],
    [
      { bias: 'heads', mask: 'full', seqLenKV: '9' },
      { biasShape: [2, 64, 9], maskShape: [1, 2, 64, 9] },
    ],
    [{ seqLensKV: '64, 0', batch: '2' }, { seqLensKV: [64, 0] }],
    [
      { alibi: 'on', sinks: 'on' },
      { alibi: true, sinks: true },
    ],
  ])('puts %j into the problem', (changes, problem) => {
    const { plan } = parseFields(attentionForm, { ...attentionDefaults(), ...changes });
    expect(plan?.cases[0]?.problem).toMatchObject(problem);
  });

  test('leaves options that are off out of the problem, and so out of reports', () => {
    const { plan } = parseFields(attentionForm, attentionDefaults());
    const { problem = {} } = plan?.cases[0] ?? {};
    expect(Object.keys(problem).sort()).toEqual(Object.keys(attentionProblem({})).sort());
  });

  test('offers the variants of the operation it is set to', () => {
    const fields = { ...attentionDefaults(), operation: 'attention-backward' };
    const { plan } = parseFields(attentionForm, fields);
    expect(plan?.cases[0]).toMatchObject({ operation: 'attention-backward' });
    const { errors } = parseFields(attentionForm, { ...fields, variants: 'two-pass' });
    expect(Object.keys(errors ?? {})).toEqual(['variants']);
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

/** As a browser would take it apart. */
const read = (form: Settings, address: string, defaults: Fields) =>
  readUrl(form, new URL(address, 'https://tilewise.example'), defaults);

describe('a link', () => {
  test('carries any fields there and back, in fewer letters than a query', () => {
    const size = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 12 }), size, size, (sizes, embedDim, seed) => {
        const changes = { numRows: sizes.join(', '), embedDim: String(embedDim), seed: String(seed) };
        const fields = { ...contrastiveDefaults(), ...changes };
        const link = writeUrl(contrastiveForm, fields);
        expect(link).toMatch(/^#1\.[\w-]+$/);
        expect(link.length).toBeLessThan(new URLSearchParams(fields).toString().length);
        expect(read(contrastiveForm, link, contrastiveDefaults())).toEqual({ fields, given: true });
      }),
    );
  });

  test('says which scores are changed, and leaves out what is off', () => {
    const fields = { ...attentionDefaults(), window: '128,0', bias: 'heads', alibi: 'on' };
    const link = writeUrl(attentionForm, fields);
    expect(writeUrl(attentionForm, { ...fields, softcap: '', sinks: 'off', mask: 'none' })).toBe(link);
    expect(link.length).toBeLessThan(writeUrl(attentionForm, { ...fields, softcap: '30' }).length);
    expect(read(attentionForm, link, attentionDefaults())).toEqual({ fields, given: true });
  });

  test.each([
    {
      of: 'before an option was there',
      link: '#1.Q3a-iYEOOKlgdybUXTBXgdyB4kyQPMKdxkhcdHeW5Bfo5qSmgeIZybGw8MUet2Dz0IK-FgA',
    },
    {
      of: 'old, a query',
      link:
        '?v=1&seqLenQ=40,96&seqLenKV=&batch=2&numHeads=4&numKVHeads=2&headDim=32&headDimV=&causal=top-left' +
        '&variants=flash&params=flash.blockM:32&budgetMs=500',
    },
  ])('that was made $of, still means the same', ({ link }) => {
    const { fields, notice } = read(attentionForm, link, attentionDefaults());
    expect(notice).toBeUndefined();
    const { plan } = parseFields(attentionForm, fields);
    expect(plan?.cases[1]?.problem).toEqual(
      attentionProblem({
        batch: 2,
        numHeads: 4,
        numKVHeads: 2,
        seqLenQ: 96,
        headDim: 32,
        causal: 'top-left',
      }),
    );
    expect([plan?.cases[1]?.params, plan?.budgetMs]).toEqual([{ flash: { blockM: 32 } }, 500]);
  });

  test.each([
    { link: '#z:INVALID', says: 'This link is damaged' },
    { link: '#1%2', says: 'This link is damaged' },
    { link: '?constructor=1', says: 'carries no version' },
    { link: '?v=1&constructor=1', says: 'does not know: constructor.' },
    { link: '?v=1&__proto__=1', says: 'does not know: __proto__.' },
  ])('$link is told, and changes nothing', ({ link, says }) => {
    const defaults = attentionDefaults();
    const { fields, notice } = read(attentionForm, link, defaults);
    expect(fields).toEqual(defaults);
    expect(notice).toContain(says);
  });

  test('is read where its dot was escaped on the way', () => {
    const fields = { ...attentionDefaults(), batch: '3' };
    const link = writeUrl(attentionForm, fields).replace('.', '%2E');
    expect(read(attentionForm, link, attentionDefaults())).toEqual({ fields, given: true });
  });

  test('that is damaged is told, and no place on the page is one', () => {
    const defaults = attentionDefaults();
    const damaged = read(attentionForm, writeUrl(attentionForm, defaults).slice(0, 12), defaults);
    expect(damaged).toMatchObject({ fields: defaults, given: false });
    expect(damaged.notice).toContain('This link is damaged');
    expect(read(attentionForm, packLink({ version: 1 }, [1]), defaults).notice).toContain('damaged');
    expect(read(attentionForm, '#content', defaults)).toEqual({ fields: defaults, given: false });
    const newer = packLink({ version: 2 }, defaults);
    expect(read(attentionForm, newer, defaults).notice).toContain('version 2; this page reads version 1');
  });

  test('never throws, whatever it holds, and always gives a form that can be read', () => {
    const defaults = attentionDefaults();
    const name = fc.oneof(fc.constantFrom('v', ...Object.keys(defaults)), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), fc.string(), (entries, body) => {
        const query = `?v=1&${new URLSearchParams(entries).toString()}`;
        const changed = { ...defaults, ...Object.fromEntries(entries) };
        for (const link of [query, writeUrl(attentionForm, changed), `#1.${body}`]) {
          const { fields } = read(attentionForm, link, defaults);
          expect(parseFields(attentionForm, fields).errors).toBeUndefined();
        }
      }),
    );
  });
});
