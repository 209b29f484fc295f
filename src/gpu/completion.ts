/** Longer than any implementation takes that tells at once, and shorter than the wait for Firefox's next look. */
const DROWSY_MS = 40;
const NUDGE_MS = 4;

/** Devices that look for finished work only now and then. */
const drowsy = new WeakSet<GPUDevice>();

/**
 * Finds out whether a device tells at once that work is done. Firefox looks ten times a second, and whenever something
 * is submitted: a call that waits five times would take half a second. Such a device is nudged from now on.
 */
export async function watchCompletion(device: GPUDevice): Promise<void> {
  for (let tries = 0; tries < 2; tries++) {
    const start = performance.now();
    device.queue.submit([]);
    await device.queue.onSubmittedWorkDone();
    if (performance.now() - start < DROWSY_MS) return;
  }
  drowsy.add(device);
}

/** When all work that was submitted is done. */
export const workDone = (device: GPUDevice): Promise<undefined> =>
  nudged(device, device.queue.onSubmittedWorkDone());

/** Maps a buffer to be read, once the work before is done. */
export const mapToRead = (device: GPUDevice, buffer: GPUBuffer): Promise<undefined> =>
  nudged(device, buffer.mapAsync(GPUMapMode.READ));

/** Submits nothing again and again while a drowsy device is waited for: it looks each time. */
async function nudged<T>(device: GPUDevice, awaited: Promise<T>): Promise<T> {
  if (!drowsy.has(device)) return awaited;
  const nudge = setInterval(() => device.queue.submit([]), NUDGE_MS);
  try {
    return await awaited;
  } finally {
    clearInterval(nudge);
  }
}
