import { describe, expect, it } from 'vitest';
import { parseArgs } from '../../bench/args.ts';
import { UsageError } from '../../bench/errors.ts';

const parse = (line: string) => parseArgs(line === '' ? [] : line.split(' '));

describe('arguments of the command line', () => {
  it('measures everything in a browser when nothing is said', () => {
    expect(parse('')).toEqual({
      operations: ['attention', 'contrastive'],
      quick: false,
      failOnSlower: false,
      backend: 'browser',
      adapter: 'default',
    });
  });

  it('reads a loss', () => {
    expect(parse('contrastive --loss siglip')).toMatchObject({ loss: 'siglip' });
  });

  it('reads every option', () => {
    const line =
      'attention --quick --variants naive,flash --sizes 1024,256,256 --json a.json --html a.html ' +
      '--baseline b.json --fail-on slower --backend dawn --adapter swiftshader';
    expect(parse(line)).toEqual({
      operations: ['attention'],
      quick: true,
      variants: ['naive', 'flash'],
      sizes: [256, 1024],
      json: 'a.json',
      html: 'a.html',
      baseline: 'b.json',
      failOnSlower: true,
      backend: 'dawn',
      adapter: 'swiftshader',
    });
  });

  it.each([
    ['atention', /attention, contrastive, all/],
    ['attention contrastive', /too many arguments|expected 1/i],
    ['--fast', /unknown option '--fast'/],
    ['--variants naive,flsh', /unknown variant 'flsh'.*naive, two-pass, flash/],
    ['contrastive --variants flash', /unknown variant 'flash': contrastive has naive/],
    ['contrastive --loss triplet', /clip, info-nce, siglip/],
    ['--variants naive,', /separated by commas/],
    ['--sizes 0', /whole numbers from 1/],
    ['--sizes 12.5', /whole numbers from 1/],
    ['--sizes 1e3', /whole numbers from 1/],
    ['--sizes 256,,512', /whole numbers from 1/],
    ['--sizes -4', /whole numbers from 1/],
    ['--json', /argument missing/],
    ['--fail-on slower', /add --baseline FILE/],
    ['--fail-on faster --baseline b.json', /slower/],
    ['--backend firefox', /browser, dawn/],
    ['--adapter nvidia', /default, swiftshader/],
  ])('refuses %j and says what would be right', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it('knows a variant of either operation when both run', () => {
    expect(parse('all --variants naive,flash,tiled')?.variants).toEqual(['naive', 'flash', 'tiled']);
  });

  it('gives help that names operations, variants and exit codes', () => {
    let help = '';
    const output = { writeOut: (text: string) => (help += text), writeErr: () => undefined };
    expect(parseArgs(['--help'], undefined, output)).toBeUndefined();
    expect(help).toMatch(/attention: naive/s);
    expect(help).toMatch(/--fail-on/);
    expect(help).toMatch(/Exit code: 0 all correct/);
  });

  it('offers only the backends that are there', () => {
    expect(parseArgs([], ['dawn'])?.backend).toBe('dawn');
    expect(() => parseArgs(['--backend', 'browser'], ['dawn'])).toThrow(UsageError);
  });
});
