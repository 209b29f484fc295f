import type { OperationId } from '../../kernels/registry.ts';
import type { MeasureCase, MeasurePlan } from '../../measure/measure-plan.ts';
import type { KernelArgs } from '../../worker/api.ts';
import { letterOf, type Pane, type Setup } from './setup.ts';

/** A pane's kernel on the problem. */
export function kernelOf(operation: OperationId, problem: object, pane: Pane): KernelArgs {
  const { variant, params, sources, modifiers } = pane;
  return { operation, problem, variant, params, sources, modifiers };
}

/** All panes as the entries of one case, named by their letters. */
export function comparePlan(setup: Setup, problem: object, matmul: boolean): MeasurePlan {
  const { operation, panes, seed, budgetMs, yardstick } = setup;
  const entries = panes.map((pane, index) => ({ ...pane, label: letterOf(index) }));
  // The form has made the problem for this very operation, which the types of the two cannot tell.
  const one = { operation, problem, entries } as MeasureCase;
  return { cases: [one], seed, budgetMs, minSamples: 5, keepSamples: true, matmul: matmul && yardstick };
}
