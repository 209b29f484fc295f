import { simdClass } from '../device-profile.ts';
import type { Variant } from '../operation.ts';
import { read, readWrite, type Plan } from '../plan.ts';
import { colsPerInvocation, TILE_PARAMS, tileCols, tileFits, tileShape } from '../tile-params.ts';
import { moved } from '../traffic.ts';
import { attentionPass, dataBuffers, forwardDefaults } from './passes.ts';
import type { AttentionProblem } from './problem.ts';
import { tiling } from './tiles.ts';
import { attentionFlops } from './visibility.ts';

export const subgroup: Variant<AttentionProblem> = {
  id: 'subgroup',
  title: 'Flash, by subgroups',
  idea: 'Pass scores and operands from register to register within a subgroup: no workgroup memory, no barriers.',
  params: TILE_PARAMS.filter(({ name }) => name !== 'stageDepth'),
  defaults(problem, device) {
    const { blockM = 32, rows = 8 } = forwardDefaults(problem, device);
    const narrow = simdClass(device) === 'narrow';
    const team = Math.min(narrow ? 4 : 8, device.subgroupMinSize);
    const cols = narrow ? 8 : 4;
    return { blockM, rows: narrow ? rows : 4, blockN: cols * team, cols };
  },
  supports(problem, params, device) {
    const tile = tileShape(params);
    const team = tileCols(tile);
    if (!Number.isInteger(Math.log2(team)) || team > device.subgroupMinSize) {
      return `${team} invocations share a row (blockN / cols); it must be a power of two up to the smallest subgroup, ${device.subgroupMinSize}`;
    }
    const perRow = Math.max(tile.cols, colsPerInvocation(tile, problem.headDimV));
    return tileFits(tile, tile.rows * perRow, 0, device);
  },
  plan(problem, params): Plan {
    const { buffers, passes, pass, bindings, tiles, keyReads } = tiling(problem, params, 1);
    return {
      buffers: [...dataBuffers(problem), ...buffers],
      tiles,
      passes: [
        ...passes,
        attentionPass(problem, {
          ...pass,
          conditions: { ...pass.conditions, SUBGROUPS: true },
          label: 'subgroup forward',
          shader: 'attention/flash_forward',
          bindings: [
            ...read('query'),
            ...moved(keyReads, read('key', 'value')),
            ...readWrite('output', 'lse'),
            ...bindings,
          ],
          flops: attentionFlops(problem),
        }),
      ],
    };
  },
};
