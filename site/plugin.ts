import path from 'node:path';
import type { Plugin } from 'vite';
import { pageHtml } from './page-html.ts';
import { readPages } from './pages.ts';

/** Makes the landing page and each folder of `demos/` a page of the site, in development and in the build. */
export function sitePages(root: string): Plugin {
  return {
    name: 'site-pages',
    config: () => ({ build: { rolldownOptions: { input: inputs(root) } } }),
    transformIndexHtml: {
      order: 'pre',
      handler(source, { filename, server }) {
        const file = path.relative(root, filename).split(path.sep).join('/');
        const id = /^demos\/([^/]+)\/index\.html$/.exec(file)?.[1];
        // Other pages, such as the command line's, stay as they are.
        return id === undefined && file !== 'index.html'
          ? source
          : pageHtml(source, id, readPages(root), server === undefined);
      },
    },
  };
}

function inputs(root: string): string[] {
  const demos = readPages(root).map(({ id }) => `demos/${id}/index.html`);
  return ['index.html', ...demos].map((page) => path.join(root, page));
}
