import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const text = z.string().trim().min(1, 'must not be empty');

const pageFile = z.strictObject({
  /** The page's name in the navigation and in the window's title. */
  title: text,
  /** Place in the navigation and among the cards: smaller numbers come first. */
  order: z.number(),
  /** The page in one sentence, for search engines and link previews. */
  description: text,
  /** The page makes WebAssembly while it runs: its security policy allows that. */
  compilesWasm: z.boolean().optional(),
  /** The landing page's card; a page without one is reached through the navigation alone. */
  card: z.strictObject({ title: text, words: text, link: text }).optional(),
});

/** A page of the site as its `page.json` describes it; `id` is the name of its folder. */
export type SitePage = z.infer<typeof pageFile> & { readonly id: string };

const FILES = ['page.json', 'index.html', 'main.ts'];

/**
 * The pages below `demos/`, in the order of the navigation.
 * @throws Error that names the file and what is wrong with it
 */
export function readPages(root: string): SitePage[] {
  const folder = path.join(root, 'demos');
  const pages = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readPage(folder, name))
    .sort((a, b) => a.order - b.order);
  for (const [index, { id, order }] of pages.entries()) {
    const before = pages[index - 1];
    if (before?.order === order) {
      throw new Error(`demos/${id}/page.json: order ${order} is taken by demos/${before.id}/page.json`);
    }
  }
  return pages;
}

function readPage(folder: string, id: string): SitePage {
  const missing = FILES.filter((file) => !existsSync(path.join(folder, id, file)));
  if (missing.length > 0) throw new Error(`demos/${id}: a page also needs ${missing.join(' and ')}`);
  const at = `demos/${id}/page.json`;
  const parsed = pageFile.safeParse(parseJson(readFileSync(path.join(folder, id, 'page.json'), 'utf8'), at));
  if (!parsed.success) throw new Error(`${at}:\n${z.prettifyError(parsed.error)}`);
  return { id, ...parsed.data };
}

function parseJson(json: string, at: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`${at} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
