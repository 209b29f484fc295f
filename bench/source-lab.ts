import type { ViteDevServer } from 'vite';
import type * as LabModule from '../src/worker/lab.ts';
import type { AdapterId } from './args.ts';
import { sourceServer } from './backends/lab-from-source.ts';
import { deviceName } from './device.ts';
import { isNamed, NoWebGPUError } from './errors.ts';

/** Opens a lab from the sources, on Dawn in this process, and closes it when the work is done. @throws NoWebGPUError */
export async function onSourceLab<T>(
  adapter: AdapterId,
  log: (line: string) => void,
  work: (lab: LabModule.Lab, server: ViteDevServer) => Promise<T>,
): Promise<T> {
  const { NO_DRIVER, openAnyDawn } = await import('./backends/dawn.ts');
  const gpu = await openAnyDawn({ adapter, log });
  const server = await sourceServer();
  try {
    const { Lab } = (await server.ssrLoadModule('/src/worker/lab.ts')) as typeof LabModule;
    const lab = await Lab.open({ gpu }).catch((error: unknown) => {
      throw isNamed(error, 'UnsupportedError') ? new NoWebGPUError(NO_DRIVER) : error;
    });
    log(`Adapter: ${deviceName(lab.device)}`);
    try {
      return await work(lab, server);
    } finally {
      lab.close();
    }
  } finally {
    await server.close();
  }
}
