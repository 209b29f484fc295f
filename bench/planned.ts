import { bind } from '../src/core/bind.ts';
import type { Loss } from '../src/operations/contrastive/losses.ts';
import { contrastive } from '../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../src/operations/contrastive/problem.ts';
import { chunksOf, planWork } from '../src/core/plan.ts';
import { largestBuffer, profileOf } from '../src/measure/device.ts';
import { formatBytes } from '../src/measure/format.ts';
import { plannedVariants } from '../src/measure/planned.ts';
import type { DeviceReport } from '../src/measure/report.ts';

/** Hours of work for a CPU: what it would take is known without running it. */
const SIZE = { numRows: 131072, embedDim: 512 };

/** What each variant would need for 131,072 rows, a line each. */
export function plannedWords(device: DeviceReport, loss: Loss = 'clip'): string[] {
  const problem = bind(contrastive, contrastiveProblem({ loss, ...SIZE }), profileOf(device));
  return plannedVariants(problem).map(({ variant, plan, workspaceBytes, largest }) => {
    const x = plan.buffers.find(({ name }) => name === 'x');
    const needs =
      largest.bytes <= largestBuffer(device)
        ? `${formatBytes(workspaceBytes)} of workspace, x in ${x === undefined ? 0 : chunksOf(x).length} of ${formatBytes(x?.chunkBytes ?? x?.bytes ?? 0)}`
        : `cannot run: ${largest.name} asks for ${formatBytes(largest.bytes)}`;
    return `${variant}: ${planWork(plan) ?? 0} U, ${needs}`;
  });
}

export const plannedTitle = (loss: Loss = 'clip'): string =>
  `Planned, not run: ${loss}, ${SIZE.numRows} rows, embedDim ${SIZE.embedDim}`;
