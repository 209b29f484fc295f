import { nullGpu } from './dawn.ts';

// A worker's navigator: with a GPU that runs nothing, and without locks.
Object.defineProperty(globalThis, 'navigator', { value: { gpu: nullGpu }, configurable: true });
