/**
 * The pages load scripts, workers and styles from their own site alone, and send nothing anywhere.
 * `unsafe-inline` concerns styles only: Lit and the charts set `style` attributes.
 * Icons are `data:` addresses that Web Awesome fetches.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
