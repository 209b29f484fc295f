import type { RankHandle } from '../ring/ring.ts';
import { Watch } from './watch.ts';

/** Linking shaders keeps a thread busy for seconds; one that answers nothing for this long is stuck. */
const STUCK_MS = 10_000;

const PULSE_MS = 1000;

/**
 * Watches the threads of ranks during a call. A rank that waits for others tells nothing, but its thread answers; one that does not is
 * given up.
 * @param watchMs the silence that the call allows; Infinity for ever
 * @returns ends the watch
 */
export function watchThreads(handles: readonly RankHandle[], watchMs: number): () => void {
  const ends = handles.map((handle) => watchThread(handle, Math.max(watchMs, STUCK_MS)));
  return () => {
    for (const end of ends) end();
  };
}

function watchThread(handle: RankHandle, silentMs: number): () => void {
  let next: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const watch = new Watch(silentMs, 'its thread hung', 'hung', (error) => {
    handle.fail(error);
  });
  const pulse = async (): Promise<void> => {
    if (handle.alive === undefined) return;
    watch.restart();
    await handle.alive();
    watch.stop();
    if (!ended) next = setTimeout(beat, PULSE_MS);
  };
  // A rank that has ended has told the call why.
  const beat = () => void pulse().catch(() => watch.stop());
  beat();
  return () => {
    ended = true;
    watch.stop();
    clearTimeout(next);
  };
}
