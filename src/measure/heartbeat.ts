const HEARTBEAT_MS = 1000;

/**
 * Reports progress now, and at most once a second between submissions, so that a long kernel differs from one that
 * hangs.
 */
export function heartbeat(tell: () => void): () => void {
  tell();
  let last = performance.now();
  return () => {
    if (performance.now() - last < HEARTBEAT_MS) return;
    last = performance.now();
    tell();
  };
}
