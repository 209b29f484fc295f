import Table from 'cli-table3';
import { profileOf } from '../src/measure/device.ts';
import { problemTitle } from '../src/measure/describe.ts';
import { formatBytes, formatMs } from '../src/measure/format.ts';
import type { MeasureCase, MeasurePlan } from '../src/measure/measure-plan.ts';
import type { DeviceReport, Result } from '../src/measure/report.ts';
import { sweepsOf } from '../src/measure/sweep.ts';
import { ioModel, ioSweep, type IoPoint } from '../src/operations/attention/io-model.ts';
import { attention } from '../src/operations/attention/operation.ts';
import { UsageError } from './errors.ts';

interface Modelled {
  readonly item: MeasureCase;
  readonly points: readonly IoPoint[];
}

/** The model of each problem of a plan. @throws UsageError if none is attention's */
export function modelled({ cases }: MeasurePlan, device: DeviceReport): Modelled[] {
  const found = cases.flatMap((item) =>
    item.operation === attention.id
      ? [{ item, points: ioModel(attention.problem(item.problem), profileOf(device)) }]
      : [],
  );
  if (found.length > 0) return found;
  throw new UsageError('--io models attention, forward: name it, or leave the subject out');
}

/** A plan that measures the tiles of the models. */
export const ioPlan = (plan: MeasurePlan, models: readonly Modelled[]): MeasurePlan => ({
  ...plan,
  cases: models.map(({ item, points }) => ({ ...item, entries: ioSweep(points) })),
  matmul: false,
});

/** The models as tables. @param results of `ioPlan`, if the tiles were measured */
export function renderIo(models: readonly Modelled[], results: readonly Result[] = []): string {
  const sweeps = sweepsOf(results);
  const tables = models.map(({ item, points }) => {
    const title = problemTitle(item);
    const cells = sweeps.find((sweep) => sweep.title === title)?.cells ?? [];
    const table = new Table({
      head: [
        'tile',
        'M',
        'moved, modelled',
        'N²d²/M',
        'lower bound',
        ...(results.length > 0 ? ['time'] : []),
      ],
      colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
      style: { head: [], border: [], compact: true },
    });
    for (const { blockM, blockN, fastBytes, movedBytes, orderBytes, boundBytes, isDefault } of points) {
      const cell = cells.find((one) => one.blockM === blockM && one.blockN === blockN);
      const time = cell?.result.time;
      table.push([
        `${blockM} × ${blockN}${isDefault ? ' (default)' : ''}`,
        ...[fastBytes, movedBytes, orderBytes, boundBytes].map(formatBytes),
        ...(results.length > 0 ? [time ? formatMs(time.medianMs) : ''] : []),
      ]);
    }
    return `flash, ${title}\n${table.toString()}`;
  });
  return [
    ...tables,
    'M: bytes that a workgroup holds. Moved: each workgroup reads what it needs once.',
    'Bounds of theory leave their constants out (Saha and Ye, 2024).',
  ].join('\n');
}
