import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/operations/index.ts';
import { readLink, writeLink } from '../../src/ui/pages/compare/share.ts';
import { setupSchema, shippedPane, type Pane, type Setup } from '../../src/ui/pages/compare/setup.ts';
import { BadLinkError } from '../../src/ui/form/link-codec.ts';
import { linkWithReport, reportIn } from '../../src/ui/report/report-link.ts';
import { sampleReport } from '../support/sample-report.ts';

const setup: Setup = {
  operation: 'attention',
  fields: { seqLenQ: '128', window: '12, 3' },
  seed: 7,
  budgetMs: 500,
  yardstick: false,
  panes: [shippedPane('naive'), { ...shippedPane('flash'), params: { blockM: 32 } }],
};

/** A fragment that holds anything, packed as ours are. */
const packed = (json: string, version = 1): string =>
  `#${version}.${deflateRawSync(Buffer.from(json)).toString('base64url')}`;

const anyPane = (variant: string, names: readonly string[]): fc.Arbitrary<Pane> =>
  fc.record({
    variant: fc.constant(variant),
    params: fc.dictionary(fc.constantFrom('', ...names), fc.nat(1024)).map(({ '': _, ...params }) => params),
    sources: fc.dictionary(
      fc.constantFrom('lib/tile.wesl', 'attention/own.wesl'),
      fc.string({ unit: 'grapheme' }),
    ),
    modifiers: fc.dictionary(fc.constantFrom('scoreMod', 'maskMod'), fc.string({ unit: 'grapheme' })),
  });

const anySetup = fc.constantFrom(...OPERATIONS).chain(({ id, variants }) =>
  fc.record({
    operation: fc.constant(id),
    // No form has a field of that name, and what reads links leaves it out.
    fields: fc.dictionary(
      fc.string({ maxLength: 40 }).filter((name) => name !== '__proto__'),
      fc.string({ maxLength: 100 }),
    ),
    seed: fc.nat(2 ** 31 - 1),
    budgetMs: fc.integer({ min: 1, max: 600_000 }),
    yardstick: fc.boolean(),
    panes: fc.array(
      fc.constantFrom(...variants).chain((variant) =>
        anyPane(
          variant.id,
          variant.params.map(({ name }) => name),
        ),
      ),
      { minLength: 2, maxLength: 6 },
    ),
  }),
);

describe('a link', () => {
  test('carries a report behind its setup, which is read as before', () => {
    const report = sampleReport();
    const link = linkWithReport(writeLink(setup), report);
    expect([readLink(link), reportIn(link), reportIn(writeLink(setup))]).toEqual([setup, report, undefined]);
    // The sample: eighteen results with their figures.
    expect(link.length).toBeLessThan(8000);
    const without = writeLink(setup);
    for (const bad of [
      link.slice(0, -9),
      `${without}.AAAA`,
      `${without}.${packed('{"schema":"other"}').slice(3)}`,
    ]) {
      expect(() => reportIn(bad)).toThrow(BadLinkError);
      expect(readLink(bad)).toEqual(setup);
    }
  });

  test('names each pane once', () => {
    const [naive, flash] = setup.panes;
    const twice = {
      ...setup,
      panes: [
        { ...naive, letter: 'B' },
        { ...flash, letter: 'B' },
      ],
    };
    expect(() => readLink(packed(JSON.stringify(twice)))).toThrow('two panes have one letter');
    expect(
      readLink(packed(JSON.stringify({ ...setup, panes: [{ ...naive, letter: 'B' }, flash] }))).panes[0]
        ?.letter,
    ).toBe('B');
  });

  test('carries any setup there and back', () => {
    fc.assert(
      fc.property(anySetup, (any) => {
        const link = writeLink(any);
        expect(link).toMatch(/^#1\.[\w-]+$/);
        expect(readLink(link)).toEqual(any);
      }),
      { numRuns: 100 },
    );
  });

  test('is short, even with an edited shader in it', () => {
    const text = '  sums[r * COLS_V + c] *= shrink;\n'.repeat(300);
    const [first, second] = setup.panes as [Pane, Pane];
    const edited = { ...setup, panes: [first, { ...second, sources: { 'lib/tile.wesl': text } }] };
    expect(writeLink(edited).length).toBeLessThan(1000);
  });

  test.each([
    { of: 'nothing', link: '#', says: 'no version' },
    { of: 'words', link: '#content', says: 'no version' },
    {
      of: 'a newer version',
      link: packed(JSON.stringify(setup), 2),
      says: 'version 2; this page reads version 1',
    },
    { of: 'half a link', link: packed(JSON.stringify(setup)).slice(0, 60), says: 'damaged' },
    { of: 'no deflated data', link: '#1.AAAA____', says: 'damaged' },
    { of: 'no JSON', link: packed('seconds: 3'), says: 'damaged' },
    { of: 'another kind of link', link: '#z:INVALID', says: 'damaged' },
    { of: 'a wrong escape', link: '#1%2', says: 'damaged' },
    { of: 'a number', link: packed('3'), says: 'does not know: no settings.' },
    {
      of: 'another operation',
      link: packed(JSON.stringify({ ...setup, operation: 'sorting' })),
      says: 'operation',
    },
    {
      of: 'an unknown variant',
      link: packed(JSON.stringify({ ...setup, panes: [shippedPane('naive'), shippedPane('magic')] })),
      says: "panes.1: attention has no variant 'magic'",
    },
    {
      of: 'an unknown parameter',
      link: packed(
        JSON.stringify({
          ...setup,
          panes: [shippedPane('naive'), { variant: 'flash', params: { colour: 1 } }],
        }),
      ),
      says: "flash has no parameter 'colour'",
    },
    {
      of: 'one pane',
      link: packed(JSON.stringify({ ...setup, panes: [shippedPane('naive')] })),
      says: 'panes',
    },
    {
      of: 'a path that is no shader',
      link: packed(
        JSON.stringify({
          ...setup,
          panes: [shippedPane('naive'), { variant: 'naive', sources: { '../x': '' } }],
        }),
      ),
      says: 'panes.1.sources',
    },
    { of: 'more than it may unpack to', link: packed(' '.repeat(2 ** 22)), says: 'too large' },
  ])('of $of is refused in words', ({ link, says }) => {
    expect(() => readLink(link)).toThrow(BadLinkError);
    expect(() => readLink(link)).toThrow(says);
    // No words of the browser, the JSON parser or the schema.
    expect(() => readLink(link)).not.toThrow(/atob|JSON|token|Invalid|expected|stream/i);
  });

  test('is read where its dot was escaped on the way', () => {
    expect(readLink(writeLink(setup).replace('.', '%2E'))).toEqual(setup);
  });

  test('may leave out what a pane does not have', () => {
    const read = setupSchema.parse({ ...setup, panes: [{ variant: 'naive' }, { variant: 'flash' }] });
    expect(read.panes).toEqual([shippedPane('naive'), shippedPane('flash')]);
  });
});
