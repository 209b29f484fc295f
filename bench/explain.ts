import { messageOf } from '../src/core/errors.ts';
import type { BackendId } from './args.ts';
import { isNamed, NoWebGPUError, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Paint } from './paint.ts';
import { widthOf, wrap } from './wrap.ts';

const WITHOUT_GPU =
  '  no GPU        --adapter swiftshader, which is slow, and the same on every machine; it comes with Chromium';
const WAYS_TO_WEBGPU = [
  'Ways to get WebGPU:',
  '  a browser     apt-get install chromium, or npx puppeteer browsers install chrome, or TILEWISE_BROWSER=/path/to/chrome',
  WITHOUT_GPU,
  '  no browser    --backend dawn, inside Node, with a Vulkan, Metal or D3D12 driver',
].join('\n');

/**
 * Says what went wrong, and what to do.
 * @param backends that there are here: without a browser, there is no point in naming one
 * @returns the exit code
 */
export function explain(
  error: unknown,
  log: (line: string) => void,
  paint: Paint,
  backends: readonly BackendId[],
): number {
  if (error instanceof UsageError) {
    log(paint.bad(wrap(error.message, widthOf(process.stderr))));
    log('--help shows what there is.');
    return EXIT.usage;
  }
  // The browser's own error class stays with the browser, which a packed folder does without.
  if (error instanceof NoWebGPUError || isNamed(error, 'NoBrowserError')) {
    log(paint.bad(error.message));
    log(backends.includes('browser') ? WAYS_TO_WEBGPU : WITHOUT_GPU);
    return EXIT.noWebGPU;
  }
  if (isNamed(error, 'AbortError')) {
    log('Stopped; nothing was written.');
    return EXIT.interrupted;
  }
  log(paint.bad(`The run failed: ${messageOf(error)}`));
  return EXIT.bad;
}
