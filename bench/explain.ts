import { messageOf } from '../src/errors.ts';
import { isNamed, NoWebGPUError, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Paint } from './paint.ts';

const WAYS_TO_WEBGPU = [
  'WebGPU can be had in one of these ways:',
  '  a browser     apt-get install chromium, or npx puppeteer browsers install chrome, or TILEWISE_BROWSER=/path/to/chrome',
  '  no GPU        --adapter swiftshader, which is slow, and the same on every machine',
  '  no browser    --backend dawn, inside Node, with a Vulkan, Metal or D3D12 driver',
].join('\n');

/** Says what went wrong, and what to do. @returns the exit code */
export function explain(error: unknown, log: (line: string) => void, paint: Paint): number {
  if (error instanceof UsageError) {
    log(paint.bad(error.message));
    log('--help shows what there is.');
    return EXIT.usage;
  }
  // The browser's own error class stays with the browser, which a packed folder does without.
  if (error instanceof NoWebGPUError || isNamed(error, 'NoBrowserError')) {
    log(paint.bad(error.message));
    log(WAYS_TO_WEBGPU);
    return EXIT.noWebGPU;
  }
  if (isNamed(error, 'AbortError')) {
    log('Stopped; nothing was written.');
    return EXIT.interrupted;
  }
  log(paint.bad(`The run failed: ${messageOf(error)}`));
  return EXIT.bad;
}
