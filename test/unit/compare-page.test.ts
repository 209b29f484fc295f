import { StringStream } from '@codemirror/language';
import { describe, expect, test } from 'vitest';
import { NOT_MODIFIABLE } from '../../src/core/modifiers.ts';
import { attentionModifiers, presets } from '../../src/operations/attention/presets/index.ts';
import { faultsIn, reverted, textsOf, withText } from '../../src/ui/pages/compare/code/code-texts.ts';
import { differences } from '../../src/ui/pages/compare/differences.ts';
import { shippedPane } from '../../src/ui/pages/compare/setup.ts';
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
