import type { OperationId } from '../../../operations/index.ts';
import type { MeasureCase, MeasurePlan } from '../../../measure/measure-plan.ts';
import type { KernelArgs } from '../../../worker/api.ts';
import type { OwnKernel } from '../../own-data/kernels.ts';
import { isEdited, letterOf, type Pane, type Setup } from './setup.ts';
import { editWords } from './words.ts';

/** A pane's kernel on the problem. */
export function kernelOf(operation: OperationId, problem: object, pane: Pane): KernelArgs {
  const { variant, params, sources, modifiers } = pane;
  return { operation, problem, variant, params, sources, modifiers };
}

/** Edited kernels that are silent for so long are cut off. */
export const WATCH_MS = 10_000;

/** All panes as the entries of one case, named by their letters. */
export function comparePlan(setup: Setup, problem: MeasureCase): MeasurePlan {
  const { panes, seed, budgetMs, yardstick } = setup;
  const entries = panes.map((pane, index) => ({ ...pane, label: letterOf(index) }));
  return {
    cases: [{ ...problem, entries }],
    seed,
    budgetMs,
    minSamples: 5,
    keepSamples: true,
    matmul: yardstick,
  };
}

/** The panes as what own data can be run with. */
export const paneKernels = (panes: readonly Pane[]): OwnKernel[] =>
  panes.map((pane, index) => {
    const { variant, params, sources, modifiers } = pane;
    const code = editWords(pane);
    return {
      id: letterOf(index),
      title: `${letterOf(index)} · ${variant}${code === '' ? '' : `, ${code}`}`,
      options: { variant, params, sources, ...(isEdited(pane) && { watchMs: WATCH_MS }) },
      modifiers,
    };
  });
