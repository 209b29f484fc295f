import type { Loss } from '../src/kernels/contrastive/losses.ts';
import { contrastiveProblem } from '../src/kernels/contrastive/problem.ts';
import { chunksOf, planWork, workspaceBytes } from '../src/kernels/plan.ts';
import { formatBytes } from '../src/measure/format.ts';
import type { DeviceReport } from '../src/measure/report.ts';
import { largestBuffer } from './device.ts';
import { contrastive } from '../src/kernels/contrastive/operation.ts';
import { profileOf } from './wall.ts';

/** Hours of work for a CPU: what it would take is known without running it. */
const SIZE = { numRows: 131072, embedDim: 512 };

/** What each variant would need for 131,072 rows, a line each. */
export function plannedWords(device: DeviceReport, loss: Loss = 'clip'): string[] {
  const problem = contrastiveProblem({ loss, ...SIZE });
  const profile = profileOf(device);
  return contrastive.variants.flatMap((variant) => {
    const params = variant.defaults(problem, profile);
    if (variant.supports(problem, params, profile) !== true) return [];
    const plan = variant.plan(problem, params);
    const tooLarge = plan.buffers.flatMap(chunksOf).find(({ bytes }) => bytes > largestBuffer(device));
    const x = plan.buffers.find(({ name }) => name === 'x');
    const needs =
      tooLarge === undefined
        ? `${formatBytes(workspaceBytes(plan))} of workspace, x in ${x === undefined ? 0 : chunksOf(x).length} of ${formatBytes(x?.chunkBytes ?? x?.bytes ?? 0)}`
        : `cannot run: ${tooLarge.name} asks for ${formatBytes(tooLarge.bytes)}`;
    return [`${variant.id}: ${planWork(plan) ?? 0} U, ${needs}`];
  });
}

export const plannedTitle = (loss: Loss = 'clip'): string =>
  `Planned, not run: ${loss}, ${SIZE.numRows} rows, embedDim ${SIZE.embedDim}`;
