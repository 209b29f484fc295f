/** How long Dawn may ask in every turn of the event loop where times count: submissions are shorter, so that none is timed longer than it takes. */
export const EAGER_MS = 100;

const isNative = (callback: unknown): boolean =>
  Function.prototype.toString.call(callback).includes('[native code]');

/**
 * Keeps Dawn from taking a core while pipelines are compiled. As long as anything is awaited, Dawn for Node asks for news by
 * `setImmediate`, hence in every turn of the event loop. On a CPU adapter, that core could compile. So native callbacks, which are
 * Dawn's, are called at once for `eagerMs`, and then once a millisecond.
 */
export function askPatiently(scope: Pick<typeof globalThis, 'setImmediate'>, eagerMs: number): void {
  const atOnce = scope.setImmediate;
  let began = 0;
  let asking = false;
  const patient = (callback: (...args: unknown[]) => void, ...args: unknown[]): unknown => {
    if (!isNative(callback)) return atOnce(callback, ...args);
    // Dawn asks again within its own callback. Anybody else has begun to wait for something.
    if (!asking) began = performance.now();
    const ask = (): void => {
      asking = true;
      try {
        callback(...args);
      } finally {
        asking = false;
      }
    };
    return performance.now() - began < eagerMs ? atOnce(ask) : setTimeout(ask, 1);
  };
  Object.assign(scope, { setImmediate: Object.assign(patient, atOnce) });
}
