import { mergeConfig } from 'vite';
import main from '../../vite.config.ts';

/**
 * The project's own server, with the peers' packages. Its root stays the project's, because shaders are found below
 * it.
 */
export default mergeConfig(main, {
  cacheDir: 'bench/peers/node_modules/.vite',
  optimizeDeps: {
    entries: ['bench/peers/index.html'],
    // These packages load their WebAssembly and other modules from their own folder, so they must not be bundled.
    exclude: ['onnxruntime-web', '@jax-js/jax'],
  },
});
