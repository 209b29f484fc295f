import { openLab, type LabClient } from '../../src/index.ts';
import { Lab } from '../../src/worker/lab.ts';

/** A lab as a page has it, in a worker; where there are no such workers, on Dawn in Node, the same service beside the test. */
export const openAnyLab = (): Promise<LabClient> =>
  'Worker' in globalThis ? openLab() : Lab.open({ gpu: navigator.gpu });
