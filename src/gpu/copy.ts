import { throwIfAborted } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import { BufferSet } from './buffers.ts';
import type { Runner } from './runner.ts';
import { workDone } from './completion.ts';

/** A timed span is at least this long: no timestamp surrounds copies, so the wall clock has to do. */
const SPAN_MS = 20;

/**
 * Time of one `copyBufferToBuffer` from a plan's `source` to its `copied`, in ms: the least of three spans.
 * @throws OutOfMemoryError if the device has no room, AbortError
 */
export async function copyMs(
  { device }: Pick<Runner, 'device'>,
  plan: Plan,
  signal?: AbortSignal,
): Promise<number> {
  const data = await BufferSet.allocate(device, plan);
  const { source, copied } = data.buffers;
  if (source === undefined || copied === undefined) throw new RangeError('a copy needs source and copied');
  const span = async (repetitions: number): Promise<number> => {
    throwIfAborted(signal);
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < repetitions; i++) encoder.copyBufferToBuffer(source, 0, copied, 0, source.size);
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    await workDone(device);
    return performance.now() - start;
  };
  try {
    await span(1);
    let repetitions = 1;
    while ((await span(repetitions)) < SPAN_MS && repetitions < 1024) repetitions *= 2;
    const spans = [await span(repetitions), await span(repetitions), await span(repetitions)];
    return Math.min(...spans) / repetitions;
  } finally {
    data.destroy();
  }
}
