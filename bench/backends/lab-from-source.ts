import { fileURLToPath } from 'node:url';
import type { ViteDevServer } from 'vite';
import type * as LabModule from '../../src/worker/lab.ts';
import type { LoadLab } from './dawn.ts';

/** Loads sources as they are. It takes Vite, since they gather the shaders with `import.meta.glob`. */
export async function sourceServer(): Promise<ViteDevServer> {
  // Only now: bad usage of a command is answered sooner without it.
  const { createServer } = await import('vite');
  return createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true, include: [] },
  });
}

export const labFromSource: LoadLab = async () => {
  const server = await sourceServer();
  const { Lab } = (await server.ssrLoadModule('/src/worker/lab.ts')) as typeof LabModule;
  return { Lab, close: () => server.close() };
};
