/** Work goes on for so many ms before the page has its turn. */
const TURN_MS = 12;

/** Gives the page its turn whenever work has gone on for long enough. */
export function turns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}
