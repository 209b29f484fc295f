import { requireCount } from '../../core/checks.ts';
import { floatBytes, type PlanBuffer } from '../../core/plan.ts';

/** C [size, size] = A [size, size] · Bᵀ. */
export interface MatmulProblem {
  readonly size: number;
}

/** Fills in the default size, 1024. @throws ShapeError */
export function matmulProblem({ size = 1024 }: Partial<MatmulProblem>): MatmulProblem {
  requireCount('size', size);
  return { size };
}

export const matmulFlops = ({ size }: MatmulProblem): number => 2 * size ** 3;

export function matmulBuffers({ size }: MatmulProblem): PlanBuffer[] {
  const bytes = floatBytes(size * size);
  return [
    { name: 'a', role: 'input', bytes },
    { name: 'b', role: 'input', bytes },
    { name: 'product', role: 'output', bytes },
  ];
}
