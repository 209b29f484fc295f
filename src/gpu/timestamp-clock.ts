/** How finely a device's timestamps tell time, in ns; or why it has none. */
export type TimestampClock =
  | {
      /** All that were read are whole multiples of it apart. */
      readonly stepNs: number;
      /** The least that two of them were apart. */
      readonly leastNs: number;
    }
  | { readonly missing: string };

/** Passes of one submission: two timestamps each, as many as a query set may hold. */
const PASSES = 2048;
/** Different timestamps wanted, so that what they have in common is the clock's and no accident. */
const WANTED = 50;
const MOST_SUBMISSIONS = 50;

/** Timestamps of empty passes, until enough of them differ. */
export async function readTimestampClock(device: GPUDevice): Promise<TimestampClock> {
  if (!device.features.has('timestamp-query')) {
    return { missing: 'this adapter has no timestamp-query: kernels are timed by the wall clock' };
  }
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * PASSES });
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size: 16 * PASSES, usage: QUERY_RESOLVE | COPY_SRC });
  const readable = device.createBuffer({ size: 16 * PASSES, usage: MAP_READ | COPY_DST });
  const seen = new Set<bigint>();
  try {
    for (let tries = 0; tries < MOST_SUBMISSIONS && seen.size < WANTED; tries++) {
      const encoder = device.createCommandEncoder();
      for (let pass = 0; pass < PASSES; pass++) {
        const writes = { beginningOfPassWriteIndex: 2 * pass, endOfPassWriteIndex: 2 * pass + 1 };
        encoder.beginComputePass({ timestampWrites: { querySet, ...writes } }).end();
      }
      encoder.resolveQuerySet(querySet, 0, 2 * PASSES, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, readable, 0, 16 * PASSES);
      device.queue.submit([encoder.finish()]);
      await readable.mapAsync(GPUMapMode.READ);
      for (const time of new BigUint64Array(readable.getMappedRange())) if (time > 0n) seen.add(time);
      readable.unmap();
    }
  } finally {
    querySet.destroy();
    resolved.destroy();
    readable.destroy();
  }
  return clockOf([...seen]);
}

/** The resolution of the clock behind some timestamps in ns, which may be in any order. */
export function clockOf(times: readonly bigint[]): TimestampClock {
  const sorted = [...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const apart = sorted.slice(1).flatMap((time, index) => {
    const difference = time - (sorted[index] ?? time);
    return difference > 0n ? [difference] : [];
  });
  if (apart.length === 0) return { missing: 'its timestamps never move' };
  const least = apart.reduce((a, b) => (b < a ? b : a));
  return { stepNs: Number(apart.reduce(greatestCommonDivisor)), leastNs: Number(least) };
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint =>
  b === 0n ? a : greatestCommonDivisor(b, a % b);
