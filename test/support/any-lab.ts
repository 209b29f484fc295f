import { openLab, type LabClient } from '../../src/index.ts';
import { Lab } from '../../src/worker/lab.ts';
import { useLab } from './lab.ts';

/** A lab as a page has it, in a worker; where there is no page, in Node and Deno, the same service beside the test. */
export const openAnyLab = (): Promise<LabClient> =>
  'document' in globalThis ? openLab() : Lab.open({ gpu: navigator.gpu });

/** One of them for a test file that runs without a browser, too. */
export const useAnyLab = () => useLab(openAnyLab);
