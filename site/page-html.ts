import { html, raw, type Markup } from '../bench/html/markup.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import type { SitePage } from './pages.ts';

/** Where the landing page shows a card for each page that has one. */
const CARDS = '<!-- cards -->';

/**
 * Fills in what the site's pages have in common: the head, the navigation, and the landing page's cards.
 * The result is static, so all of it is there before any script has run.
 * @param source the page's `index.html`
 * @param id the page's folder below `demos/`; `undefined`: the landing page
 * @param built whether it is a page of a build, which is kept for use without a network
 * @throws Error if the source has no place for it
 */
export function pageHtml(
  source: string,
  id: string | undefined,
  pages: readonly SitePage[],
  built = false,
): string {
  const root = id === undefined ? './' : '../../';
  const page = pages.find((it) => it.id === id);
  const filled: [mark: string, by: string][] = [
    ['<head>', `<head>${head(root, page, built).markup}`],
    ['<body>', `<body>${WITHOUT_SCRIPTS.markup}`],
    ['<tw-page>', `<tw-page root="${root}">${navigation(root, id, pages).markup}`],
  ];
  if (id === undefined) filled.push([CARDS, cards(root, pages).markup]);
  return filled.reduce((text, [mark, by]) => {
    if (text.includes(mark)) return text.replace(mark, () => by);
    throw new Error(`${id === undefined ? '' : `demos/${id}/`}index.html has no ${mark}`);
  }, source);
}

const WITHOUT_SCRIPTS = html`
  <noscript>Tilewise runs GPU kernels from JavaScript: it needs JavaScript switched on.</noscript>
`;

function head(root: string, page: SitePage | undefined, built: boolean): Markup {
  return html`
    <meta charset="utf-8" />
    <meta
      http-equiv="Content-Security-Policy"
      content="${contentSecurityPolicy(page?.compilesWasm === true)}"
    />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    ${page && titleAndDescription(page)}
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="manifest" href="/site.webmanifest" />
    ${sharingCard(page)}
    <script src="/theme.js"></script>
    ${built ? html`<script src="/offline.js"></script>` : undefined}
    <link rel="stylesheet" href="${root}src/ui/shell/theme.css" />
  `;
}

/** How a link to the page looks where it is shared. Pictures need a whole address, which only who publishes the site knows. */
function sharingCard(page: SitePage | undefined): Markup {
  const { title, description } = page ?? LANDING;
  const address = process.env.TILEWISE_SITE ?? '';
  return html`
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Tilewise" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    <meta name="twitter:card" content="summary_large_image" />
    ${address === '' ? undefined : html`<meta property="og:image" content="${address.replace(/\/*$/, '/card.png')}" />`}
  `;
}

const LANDING = {
  title: 'Tilewise: the matrix you never store',
  description:
    'Tiled attention and contrastive loss on WebGPU, each kernel checked against float64 and timed in front of you.',
};

function titleAndDescription({ title, description }: SitePage): Markup {
  return html`
    <title>${title} · Tilewise</title>
    <meta name="description" content="${description}" />
  `;
}

function navigation(root: string, current: string | undefined, pages: readonly SitePage[]): Markup {
  return html`${pages.map(({ id, title }) => {
    const place = id === current ? raw(' aria-current="page"') : '';
    return html` <a slot="pages" href="${root}demos/${id}/" ${place}>${title}</a>`;
  })}`;
}

function cards(root: string, pages: readonly SitePage[]): Markup {
  return html`${pages.map(
    ({ id, card }) =>
      card &&
      html`<a href="${root}demos/${id}/">
        <h2>${card.title}</h2>
        <p>${card.words}</p>
        <span class="more">${card.link}</span>
      </a>`,
  )}`;
}
