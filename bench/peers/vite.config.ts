import { mergeConfig } from 'vite';
import main from '../../vite.config.ts';

/** The project's own server, with the peers' packages: the root stays, since shaders are found below it. */
export default mergeConfig(main, {
  cacheDir: 'bench/peers/node_modules/.vite',
  optimizeDeps: {
    entries: ['bench/peers/index.html'],
    // They find their WebAssembly and their other modules beside themselves.
    exclude: ['onnxruntime-web', '@jax-js/jax'],
  },
});
