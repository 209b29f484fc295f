import type { OperationId } from '../../../operations/index.ts';
import type { MeasureCase, MeasureEntry, MeasurePlan } from '../../../measure/measure-plan.ts';
import type { Result } from '../../../measure/report.ts';
import type { KernelArgs } from '../../../worker/api.ts';
import type { OwnKernel } from '../../own-data/kernels.ts';
import { isEdited, lettersOf, type Pane, type Setup } from './setup.ts';
import { editWords } from './words.ts';

/** A pane's kernel on the problem. */
export function kernelOf(operation: OperationId, problem: object, pane: Pane): KernelArgs {
  const { variant, params, sources, modifiers } = pane;
  return { operation, problem, variant, params, sources, modifiers };
}

/** Edited kernels that are silent for so long are cut off. */
export const WATCH_MS = 10_000;

/** All panes as the entries of one case, named by their letters. @param kept results by letter, in place of measuring */
export function comparePlan(
  setup: Setup,
  problem: MeasureCase,
  kept: ReadonlyMap<string, Result> = new Map(),
): MeasurePlan {
  const { panes, seed, budgetMs, yardstick } = setup;
  const letters = lettersOf(panes);
  const entries = panes.map(({ variant, params, sources, modifiers }, index): MeasureEntry => {
    const label = letters[index] ?? '';
    const result = kept.get(label);
    return { variant, params, sources, modifiers, label, ...(result && { kept: result }) };
  });
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
export function paneKernels(panes: readonly Pane[]): OwnKernel[] {
  const letters = lettersOf(panes);
  return panes.map((pane, index) => {
    const { variant, params, sources, modifiers } = pane;
    const code = editWords(pane);
    const id = letters[index] ?? '';
    return {
      id,
      title: `${id} · ${variant}${code === '' ? '' : `, ${code}`}`,
      options: { variant, params, sources, ...(isEdited(pane) && { watchMs: WATCH_MS }) },
      modifiers,
    };
  });
}
