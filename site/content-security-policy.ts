/**
 * The pages load scripts, workers and styles from their own site alone, and send nothing anywhere.
 * `unsafe-inline` concerns styles only: Lit and the charts set `style` attributes.
 * Icons are `data:` addresses that Web Awesome fetches.
 * @param compilesWasm whether the page makes WebAssembly while it runs, and workers for it out of its own text, as jax-js does
 */
export function contentSecurityPolicy(compilesWasm: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self'${compilesWasm ? " 'wasm-unsafe-eval'" : ''}`,
    `worker-src 'self'${compilesWasm ? ' blob:' : ''}`,
    "manifest-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
