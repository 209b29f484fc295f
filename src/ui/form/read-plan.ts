import { z } from 'zod';
import { ShapeError, TilewiseError } from '../../core/errors.ts';
import type { MeasureCase, MeasurePlan } from '../../measure/measure-plan.ts';

/** The plan of a page's form. What a problem refuses becomes an error beside the field that it names. */
export function readPlan(
  context: z.RefinementCtx,
  measuring: Pick<MeasurePlan, 'budgetMs' | 'matmul' | 'seed'>,
  makeCases: () => readonly MeasureCase[],
): MeasurePlan {
  try {
    const cases = makeCases();
    if (cases.some(({ variants }) => variants?.length === 0)) {
      context.addIssue({ code: 'custom', path: ['variants'], message: 'Choose at least one variant.' });
    }
    return { cases, ...measuring };
  } catch (error) {
    if (!(error instanceof TilewiseError)) throw error;
    const path = error instanceof ShapeError ? [error.argument] : [];
    context.addIssue({ code: 'custom', path, message: error.message });
    return z.NEVER;
  }
}
