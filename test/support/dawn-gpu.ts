/** `navigator.gpu` in Node, for tests that were written for a page. */
import { ADAPTER_IDS } from '../../bench/args.ts';
import { openDawn } from '../../bench/backends/dawn.ts';

const adapter = ADAPTER_IDS.find((id) => id === process.env.TILEWISE_ADAPTER) ?? 'default';
// Nothing is timed here: to ask seldom leaves a tenth of the CPU to the compiler.
const gpu = openDawn({ adapter, log: console.log }, [], 1);
// Node has one of its own from version 21, without a GPU.
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
