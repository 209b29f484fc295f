import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pageHtml } from '../../site/page-html.ts';
import { readPages } from '../../site/pages.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tilewise-site-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const ABOUT = {
  title: 'Toy',
  order: 15,
  description: 'A toy page: 1 < 2 & "so".',
  card: { title: 'A toy', words: 'It does <nothing>.', link: 'Play' },
};
const SOURCE = '<!doctype html><html><head></head><body><tw-page><h1>Toy</h1></tw-page></body></html>';

function addPage(id: string, pageJson: unknown): void {
  const folder = path.join(root, 'demos', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'page.json'),
    typeof pageJson === 'string' ? pageJson : JSON.stringify(pageJson),
  );
  writeFileSync(path.join(folder, 'index.html'), SOURCE);
  writeFileSync(path.join(folder, 'main.ts'), '');
}

test('a folder with the three files is a page, in its place', () => {
  addPage('toy', ABOUT);
  addPage('later', { title: 'Later', order: 20, description: 'Comes later.' });
  addPage('earlier', { title: 'Earlier', order: 1.5, description: 'Comes earlier.' });
  expect(readPages(root).map(({ id }) => id)).toEqual(['earlier', 'toy', 'later']);
});

describe('a page.json that is wrong is named, with what is wrong', () => {
  test.each([
    ['not JSON', '{', /demos\/toy\/page\.json is not JSON: /],
    ['no title', { ...ABOUT, title: undefined }, /demos\/toy\/page\.json:\n.*at title/s],
    ['an empty description', { ...ABOUT, description: ' ' }, /must not be empty.*at description/s],
    ['a card without a link', { ...ABOUT, card: { title: 'a', words: 'b' } }, /at card\.link/],
    ['a misspelt field', { ...ABOUT, titel: 'Toy' }, /"titel"/],
  ])('%s', (_, pageJson, message) => {
    addPage('toy', pageJson);
    expect(() => readPages(root)).toThrow(message);
  });

  test('a place that is taken', () => {
    addPage('toy', ABOUT);
    addPage('twin', ABOUT);
    expect(() => readPages(root)).toThrow(
      /demos\/t.*\/page\.json: order 15 is taken by demos\/t.*\/page\.json/,
    );
  });

  test('a folder that lacks files', () => {
    addPage('toy', ABOUT);
    rmSync(path.join(root, 'demos/toy/main.ts'));
    rmSync(path.join(root, 'demos/toy/page.json'));
    expect(() => readPages(root)).toThrow('demos/toy: a page also needs page.json and main.ts');
  });
});

describe('the HTML that is filled in', () => {
  const pages = [
    { id: 'first', title: 'First', order: 1, description: 'The first.' },
    { id: 'toy', ...ABOUT },
  ];

  test('title, description and navigation of a page', () => {
    const { document } = parseHTML(pageHtml(SOURCE, 'toy', pages));
    expect(document.title).toBe('Toy · Tilewise');
    expect(document.querySelector('meta[name=description]')?.getAttribute('content')).toBe(ABOUT.description);
    const links = [...document.querySelectorAll('tw-page > a[slot=pages]')].map((link) => [
      link.textContent,
      link.getAttribute('href'),
      link.getAttribute('aria-current'),
    ]);
    expect(links).toEqual([
      ['First', '../../demos/first/', null],
      ['Toy', '../../demos/toy/', 'page'],
    ]);
  });

  test('a card for each page that has one', () => {
    const source = SOURCE.replace('<h1>Toy</h1>', '<nav><!-- cards --></nav>');
    const { document } = parseHTML(pageHtml(source, undefined, pages));
    const cards = [...document.querySelectorAll('nav > a')];
    expect(cards.map((card) => card.getAttribute('href'))).toEqual(['./demos/toy/']);
    expect(cards[0]?.querySelector('p')?.textContent).toBe('It does <nothing>.');
  });

  test('a source without a place for it is an error', () => {
    expect(() => pageHtml('<html><head></head><body></body></html>', 'toy', pages)).toThrow(
      'demos/toy/index.html has no <tw-page>',
    );
  });

  test('every page has a policy that lets in nothing but its own site', () => {
    const { document } = parseHTML(pageHtml(SOURCE, 'toy', pages));
    const policy = document
      .querySelector('meta[http-equiv=Content-Security-Policy]')
      ?.getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
  });

  test('a page that compiles WebAssembly may, and no other', () => {
    const wasm = pages.map((page) => ({ ...page, compilesWasm: page.id === 'toy' }));
    const policyOf = (id: string) =>
      parseHTML(pageHtml(SOURCE, id, wasm))
        .document.querySelector('meta[http-equiv=Content-Security-Policy]')
        ?.getAttribute('content');
    expect(policyOf('toy')).toContain("script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:;");
    expect(policyOf('first')).toContain("script-src 'self'; worker-src 'self';");
  });
});
