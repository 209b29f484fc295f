import { largestBuffer, profileOf } from '../src/measure/device.ts';
import type { DeviceReport } from '../src/measure/report.ts';
import { memoryWall } from '../src/measure/wall.ts';
import { requireOperation } from '../src/operations/index.ts';

/** Fine enough that the wall case is hardly larger than it must be: its time grows with the square. */
const STEP = 1024;
/** The largest size at which a tiled kernel ends in reasonable time. */
const LAST_SIZE = 256 * STEP;

/** The smallest multiple of 1024 at which naive asks for too large a buffer; `undefined` if a run reaches none. */
export function naiveWall(
  id: string,
  problemOf: (size: number) => object,
  device: DeviceReport,
): number | undefined {
  const { bind, variants } = requireOperation(id);
  const profile = profileOf(device);
  const wall = memoryWall(
    (size) => bind(problemOf(size), profile),
    variants[0]?.id ?? '',
    largestBuffer(device),
    { step: STEP, most: LAST_SIZE },
  );
  return wall?.size;
}
