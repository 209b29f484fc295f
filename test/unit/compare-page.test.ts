import { StringStream } from '@codemirror/language';
import { describe, expect, test } from 'vitest';
import { NOT_MODIFIABLE } from '../../src/core/modifiers.ts';
import { attentionModifiers, presets } from '../../src/operations/attention/presets/index.ts';
import {
  editsOf,
  faultsIn,
  reverted,
  textsOf,
  withText,
} from '../../src/ui/pages/compare/code/code-texts.ts';
import { differences } from '../../src/ui/pages/compare/differences.ts';
import { KeptResults } from '../../src/ui/pages/compare/kept-results.ts';
import { withRequest } from '../../src/ui/pages/compare/pane-request.ts';
import { lettersOf, shippedPane, type Pane, type Setup } from '../../src/ui/pages/compare/setup.ts';
import { seriesStyles } from '../../src/ui/shell/series-styles.ts';
import { sideBySide } from '../../src/ui/pages/compare/side-by-side.ts';
import { verdictWords } from '../../src/measure/comparison-words.ts';
import { editWords } from '../../src/ui/pages/compare/words.ts';
import { wgslParser } from '../../src/ui/code/editor/wgsl.ts';
import { sampleReport } from '../support/sample-report.ts';

describe('verdicts in words', () => {
  test.each([
    [
      { ratio: 1.8, low: 1.7, high: 1.9, verdict: 'faster' },
      9,
      '1.8 × faster than A: 95 % between 1.7 and 1.9',
    ],
    [
      { ratio: 0.5, low: 0.4, high: 0.8, verdict: 'slower' },
      9,
      '2 × slower than A: 95 % between 1.25 and 2.5',
    ],
    [
      { ratio: 1, low: 0.99, high: 1.01, verdict: 'same' },
      9,
      'as fast as A: 95 % between 0.99 and 1.01 times',
    ],
    [
      { ratio: 1, low: 0.7, high: 1.5, verdict: 'cannot tell' },
      3,
      'cannot tell from A: all 3 rounds between 0.7 and 1.5 times',
    ],
    [
      { ratio: 1.05, low: 1.01, high: 1.1, verdict: 'cannot tell' },
      9,
      'cannot tell from A: 95 % between 1.01 and 1.1 times: faster, perhaps by less than 3\u00a0%',
    ],
    [{ ratio: 2, low: 2, high: 2, verdict: 'cannot tell' }, 1, 'cannot tell from A: 1 round is too few'],
  ] as const)('%o', (comparison, rounds, words) => {
    expect(verdictWords(comparison, rounds, 'A')).toBe(words);
  });
});

describe('results side by side', () => {
  const { results } = sampleReport();

  test('are those of one problem, and nothing is lost', () => {
    const groups = sideBySide(results);
    expect(groups.flatMap((group) => group.results)).toHaveLength(results.length);
    expect(new Set(groups.map(({ title }) => title)).size).toBe(groups.length);
    for (const group of groups) {
      expect(new Set(group.results.map(({ problem }) => JSON.stringify(problem))).size).toBe(1);
    }
  });

  test('are all panes, though a modifier is part of the problem', () => {
    const [first] = results;
    if (!first) throw new Error('the sample has results');
    const panes = [
      { ...first, label: 'A' },
      { ...first, label: 'B', problem: { ...first.problem, maskMod: 'return kv <= q;' } },
    ];
    expect(sideBySide(panes).map((group) => group.results)).toEqual([panes]);
  });
});

describe('letters', () => {
  const panes = [shippedPane('naive'), shippedPane('flash')];

  test('stay with their panes, and new panes take those that are free', () => {
    const three = withRequest(panes, 0, { kind: 'duplicate' });
    expect(lettersOf(three)).toEqual(['A', 'C', 'B']);
    const two = withRequest(three, 0, { kind: 'remove' });
    expect(lettersOf(two)).toEqual(['C', 'B']);
    expect(lettersOf(withRequest(two, 1, { kind: 'duplicate' }))).toEqual(['C', 'B', 'A']);
    const color = seriesStyles(['A', 'B', 'C']).get('C')?.color;
    expect([...seriesStyles(['C · flash']).values()].map((style) => style.color)).toEqual([color]);
  });
});

describe('kept results', () => {
  const setup: Setup = {
    ...{ operation: 'attention', fields: {}, seed: 1, budgetMs: 50, yardstick: false },
    panes: ['naive', 'flash', 'two-pass'].map(shippedPane),
  };
  const [sample] = sampleReport().results.filter(({ time }) => time);
  if (!sample) throw new Error('the sample has times');
  const results = ['A', 'B', 'C'].map((label) => ({ ...sample, label, baseline: 'A' }));
  const problem = { seqLenQ: 16 };
  const measured = () => {
    const kept = new KeptResults();
    kept.begin(setup, problem);
    kept.keep(results);
    return kept;
  };
  const changed = (index: number, changes: Partial<Pane>): Setup => ({
    ...setup,
    panes: setup.panes.map((pane, at) => (at === index ? { ...pane, ...changes } : pane)),
  });
  const keys = (of: Setup, on: object = problem) => [...measured().of(of, on).keys()];

  test('are those of panes that have not changed; of another problem, or with nothing changed, none', () => {
    expect(keys(changed(1, { params: { blockM: 8 } }))).toEqual(['A', 'C']);
    expect(keys(changed(0, { params: { blockM: 8 } }))).toEqual(['B', 'C']);
    expect(keys(setup)).toEqual([]);
    expect(keys(changed(1, { variant: 'naive' }), { seqLenQ: 32 })).toEqual([]);
    expect(keys({ ...changed(1, { variant: 'naive' }), seed: 2 })).toEqual([]);
  });

  test('are none beside another baseline where a modifier may compute something else', () => {
    const modified = changed(0, { modifiers: { maskMod: 'return kv <= q;' } });
    expect(keys(modified)).toEqual([]);
    expect(keys(changed(1, { modifiers: { maskMod: 'return kv <= q;' } }))).toEqual(['A', 'C']);
  });

  test('a result is old once its pane or the problem has changed', () => {
    const old = (of: Setup, on: object = problem) => measured().isOld('B', of, on);
    expect([old(setup), old(changed(0, { variant: 'flash' }))]).toEqual([false, false]);
    expect([old(changed(1, { variant: 'naive' })), old(setup, {})]).toEqual([true, true]);
  });
});

describe('differences', () => {
  const flash = shippedPane('flash');
  const params = { blockM: 32, blockN: 32 };

  test('are none between panes that are alike', () => {
    expect(differences([flash, { ...flash }], [params, params])).toEqual([]);
  });

  test('are variant, parameters and code, and nothing that is alike', () => {
    const causal = { ...flash, modifiers: presets.causal.modifiers({}) };
    expect(differences([shippedPane('naive'), causal], [{}, params])).toEqual([
      { what: 'variant', values: ['naive', 'flash'] },
      { what: 'blockM', values: ['–', '32'] },
      { what: 'blockN', values: ['–', '32'] },
      { what: 'code', values: ['as shipped', 'maskMod causal {}'] },
    ]);
    expect(differences([flash, flash], [params, { ...params, blockN: 16 }])).toEqual([
      { what: 'blockN', values: ['32', '16'] },
    ]);
  });

  test('tell two edits of one file apart', () => {
    const [one, two] = ['a', 'b'].map((text) => ({ ...flash, sources: { 'lib/tile.wesl': text } }));
    expect(differences([one ?? flash, two ?? flash], [params, params])).toHaveLength(1);
  });
});

describe('texts of a pane', () => {
  const files = [{ path: 'lib/tile.wesl', text: 'shipped' }];
  const pane = shippedPane('flash');

  test('an edit is kept, told and reverted; a text as shipped is none', () => {
    const edited = withText(pane, files, 'lib/tile.wesl', 'other');
    expect(edited.sources).toEqual({ 'lib/tile.wesl': 'other' });
    expect(editWords(edited)).toBe('1 file edited');
    expect(textsOf(edited, files, NOT_MODIFIABLE)).toEqual([
      { path: 'lib/tile.wesl', text: 'other', isEdited: true },
    ]);
    expect(reverted(edited, files, 'lib/tile.wesl')).toEqual(pane);
    expect(withText(edited, files, 'lib/tile.wesl', 'shipped')).toEqual(pane);
  });

  test('edits stand beside what was shipped', () => {
    const edited = {
      ...withText(pane, files, 'lib/tile.wesl', 'other'),
      modifiers: { maskMod: 'return true;' },
    };
    expect(editsOf(textsOf(edited, files, attentionModifiers), files)).toEqual({
      shipped: '// lib/tile.wesl\n\nshipped\n\n// maskMod\n\n',
      edited: '// lib/tile.wesl\n\nother\n\n// maskMod\n\nreturn true;',
    });
  });

  test('a modifier is a text too, and none once it is empty', () => {
    const modified = withText(pane, files, 'maskMod', 'return true;');
    expect(modified.modifiers).toEqual({ maskMod: 'return true;' });
    expect(editWords(modified)).toBe('maskMod of one’s own');
    expect(withText(modified, files, 'maskMod', ' \n')).toEqual(pane);
    expect(textsOf(pane, files, attentionModifiers).map(({ path }) => path)).toEqual([
      'lib/tile.wesl',
      'scoreMod',
      'scoreModGrad',
      'maskMod',
    ]);
  });

  test('mistakes belong to their file', () => {
    const fault = { file: 'lib/tile.wesl', line: 1, column: 1, message: 'no' };
    expect(faultsIn([fault, { ...fault, file: 'scoreMod' }], 'scoreMod')).toHaveLength(1);
  });
});

describe('the colours of code', () => {
  /** `word:style` of everything that has a style. */
  function styled(text: string): string[] {
    const state = wgslParser.startState?.(2) ?? { comments: 0 };
    return text.split('\n').flatMap((line) => {
      const stream = new StringStream(line, 2, 2);
      const found: string[] = [];
      while (!stream.eol()) {
        stream.start = stream.pos;
        const style = wgslParser.token(stream, state);
        if (style !== null) found.push(`${stream.current()}:${style}`);
      }
      return found;
    });
  }

  test.each([
    ['enable f16;', ['enable:keyword', 'f16:typeName']],
    [
      '@if(F16) import package::lib::x;',
      [
        '@if:meta',
        'F16:variableName.constant',
        'import:keyword',
        'package:keyword',
        ':::operator',
        'lib:variableName',
        ':::operator',
        'x:variableName',
      ],
    ],
    [
      'let a = 0x1Fu + 1.5e-3f;',
      ['let:keyword', 'a:variableName', '=:operator', '0x1Fu:number', '+:operator', '1.5e-3f:number'],
    ],
    [
      'f(vec2f(1, .5)) // x',
      ['f:variableName.function', 'vec2f:typeName', '1:number', '.5:number', '// x:comment'],
    ],
    ['/* a /* b */\nstill */ if', ['/* a /* b */:comment', 'still */:comment', 'if:keyword']],
  ])('%s', (text, expected) => {
    expect(styled(text)).toEqual(expected);
  });
});
