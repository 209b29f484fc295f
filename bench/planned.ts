import { chunksOf, planWork } from '../src/core/plan.ts';
import { problemTitle } from '../src/measure/describe.ts';
import { largestBuffer, profileOf } from '../src/measure/device.ts';
import { formatBytes } from '../src/measure/format.ts';
import { plannedVariants } from '../src/measure/planned.ts';
import type { DeviceReport } from '../src/measure/report.ts';
import { requireOperation, type OperationId } from '../src/operations/index.ts';
import { shapedBy, type Shapings } from './shapings.ts';

/** A title and a line for each variant: its needs for a problem that would take a CPU hours. Empty if there is none. */
export function plannedWords(
  operation: OperationId,
  device: DeviceReport,
  shapings: Shapings = {},
): string[] {
  const { bench, bind } = requireOperation(operation);
  if (bench.planned === undefined) return [];
  const problem = bind(shapedBy(shapings, operation)(bench.planned), profileOf(device));
  const lines = plannedVariants(problem).map(({ variant, plan, workspaceBytes, largest }) => {
    const split = plan.buffers.find(({ chunkBytes }) => chunkBytes !== undefined) ?? plan.buffers[0];
    const needs =
      largest.bytes <= largestBuffer(device)
        ? `${formatBytes(workspaceBytes)} of workspace${split ? `, ${chunkWords(split)}` : ''}`
        : `cannot run: ${largest.name} asks for ${formatBytes(largest.bytes)}`;
    return `${variant}: ${planWork(plan) ?? 0} U, ${needs}`;
  });
  return [`Planned, not run: ${problemTitle(problem)}`, ...lines];
}

const chunkWords = (buffer: Parameters<typeof chunksOf>[0]): string =>
  `${buffer.name} in ${chunksOf(buffer).length} of ${formatBytes(buffer.chunkBytes ?? buffer.bytes)}`;
