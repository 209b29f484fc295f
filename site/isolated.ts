/** Headers of an isolated page, which gets `performance.now()` in steps of 5 µs in place of 100 µs. */
export const ISOLATED: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
