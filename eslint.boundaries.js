/**
 * Imports go one way: a layer may use those listed before it, and all may use the files directly in `src/`.
 * Core's `no-restricted-syntax` sees type and lazy imports as well, which the rules made for imports do not.
 */
const LAYERS = [
  ['core', 'data'],
  ['tile'],
  ['operations'],
  ['gpu'],
  ['measure'],
  ['ring'],
  ['worker'],
  ['recipes'],
  ['train'],
  ['ui'],
  ['demos'],
];
const OUTSIDE = ['bench', 'site', 'test'];

/** Imports that the order of layers would allow: the pages see the GPU through the worker alone. */
const FORBIDDEN_BESIDES = { ui: ['gpu'] };

function restriction(specifier, message) {
  const imports =
    'ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression, TSImportType';
  return { selector: `:matches(${imports})[source.value=/${specifier}/]`, message };
}

const NO_NODE = restriction('^node:', 'src runs in browsers: no Node modules.');
const NO_COMLINK = restriction('^comlink(\\u002F|$)', 'Only the worker layer knows Comlink.');

function boundary(layer, files, forbidden) {
  const specifier = `^[.\\u002F].*\\u002F(${forbidden.join('|')})\\u002F`;
  const message = `${layer} may not import ${forbidden.join(', ')}.`;
  const others = layer === 'worker' ? [NO_NODE] : [NO_NODE, NO_COMLINK];
  return { files, rules: { 'no-restricted-syntax': ['error', restriction(specifier, message), ...others] } };
}

const layers = LAYERS.flatMap((peers, index) => {
  const later = LAYERS.slice(index + 1).flat();
  return peers.map((layer) =>
    boundary(
      layer,
      [layer === 'demos' ? 'demos/**/*.ts' : `src/${layer}/**/*.ts`],
      [...later, ...OUTSIDE, ...(FORBIDDEN_BESIDES[layer] ?? [])],
    ),
  );
});

/** Flat-config blocks: one for each layer, then the common ground, then the library's entry. */
export const boundaries = [
  ...layers,
  boundary('common ground', ['src/*.ts'], [...LAYERS.flat(), ...OUTSIDE]),
  // The last block that fits a file counts.
  boundary('the library', ['src/index.ts'], ['train', 'ui', 'demos', ...OUTSIDE]),
];
