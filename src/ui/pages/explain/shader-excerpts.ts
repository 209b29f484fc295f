import type { ExcerptSpec } from '../../../core/excerpt.ts';
import attentionTile from '../../../../shaders/attention/lib/tile.wesl?raw';
import dotTile from '../../../../shaders/lib/dot_tile.wesl?raw';
import flashForward from '../../../../shaders/attention/flash_forward.wesl?raw';
import lineLoss from '../../../../shaders/contrastive/lib/line_loss.wesl?raw';
import siglipLoss from '../../../../shaders/contrastive/loss/siglip.wesl?raw';
import onlineSoftmaxTile from '../../../../shaders/lib/online_softmax_tile.wesl?raw';
import multiplied from '../../../../shaders/contrastive/lib/weights/multiplied.wesl?raw';
import softmaxLoss from '../../../../shaders/contrastive/loss/softmax.wesl?raw';
import tiledColumns from '../../../../shaders/contrastive/tiled_columns.wesl?raw';
import tiledGradient from '../../../../shaders/contrastive/tiled_gradient.wesl?raw';
import tiledStats from '../../../../shaders/contrastive/tiled_stats.wesl?raw';

/** The shaders that lessons show. */
const SOURCES: Readonly<Record<string, string>> = {
  'attention/flash_forward.wesl': flashForward,
  'contrastive/lib/line_loss.wesl': lineLoss,
  'contrastive/lib/weights/multiplied.wesl': multiplied,
  'contrastive/loss/siglip.wesl': siglipLoss,
  'contrastive/loss/softmax.wesl': softmaxLoss,
  'contrastive/tiled_columns.wesl': tiledColumns,
  'contrastive/tiled_gradient.wesl': tiledGradient,
  'contrastive/tiled_stats.wesl': tiledStats,
  'attention/lib/tile.wesl': attentionTile,
  'lib/dot_tile.wesl': dotTile,
  'lib/online_softmax_tile.wesl': onlineSoftmaxTile,
};

export interface Excerpt {
  readonly file: string;
  /** The number of the first line, counted from 1. */
  readonly firstLine: number;
  /** The lines, without the indentation that all of them share. */
  readonly lines: readonly string[];
}

/** @throws RangeError unless `from` is in exactly one line and `to` in one after it */
export function excerpt({ file, from, to = from }: ExcerptSpec): Excerpt {
  const all = (SOURCES[file] ?? '').split('\n');
  const starts = all.flatMap((line, at) => (line.includes(from) ? [at] : []));
  const [start = -1] = starts;
  const end = all.findIndex((line, at) => at >= start && line.includes(to));
  if (starts.length !== 1 || end < 0) {
    throw new RangeError(`shaders/${file}: ${starts.length} lines with '${from}', then '${to}' at ${end}`);
  }
  const lines = all.slice(start, end + 1);
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const shared = Math.min(...indents);
  return { file: `shaders/${file}`, firstLine: start + 1, lines: lines.map((line) => line.slice(shared)) };
}
