import { openLab, type LabClient } from '../../src/index.ts';
import { Lab } from '../../src/worker/lab.ts';
import { useLab } from './lab.ts';

/** A lab as a page has it, in a worker; where there are no such workers, on Dawn in Node, the same service beside the test. */
export const openAnyLab = (): Promise<LabClient> =>
  'Worker' in globalThis ? openLab() : Lab.open({ gpu: navigator.gpu });

/** One of them for a test file that runs on Dawn, too. */
export const useAnyLab = () => useLab(openAnyLab);
