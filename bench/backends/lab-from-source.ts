import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import type * as LabModule from '../../src/worker/lab.ts';
import type { LoadLab } from './dawn.ts';

/** Loads the lab through Vite, since its sources gather the shaders with `import.meta.glob`. */
export const labFromSource: LoadLab = async () => {
  const server = await createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  const { Lab } = (await server.ssrLoadModule('/src/worker/lab.ts')) as typeof LabModule;
  return { Lab, close: () => server.close() };
};
