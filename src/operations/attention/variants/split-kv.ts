import type { DeviceProfile } from '../../../core/device-profile.ts';
import { simdClass } from '../../../core/device-profile.ts';
import type { Params, Variant } from '../../../core/variant.ts';
import { ceilDiv, floatBytes, read, readWrite, type Plan } from '../../../core/plan.ts';
import { ATTENTION_TILE_PARAMS } from '../../../tile/tile-params.ts';
import { mergePass } from '../passes/merge.ts';
import { moved } from '../../../core/traffic.ts';
import { attentionPass } from '../passes/pass.ts';
import { operandsOf, rotatedBuffers, rotatePasses } from '../passes/rotate.ts';
import { choiceBuffers, choicePasses } from '../passes/choose.ts';
import { dataBuffers, statsBytes } from '../passes/buffers.ts';
import { forwardDefaults } from '../passes/defaults.ts';
import { mendPass } from '../passes/mend.ts';
import { tiledSupports } from '../passes/tiled.ts';
import { walkedSlots } from '../selected.ts';
import { attentionSizes, groupSize, type AttentionProblem } from '../problem.ts';
import { tiling } from '../passes/tiling.ts';
import { attentionFlops } from '../visibility.ts';

/** Workgroups that keep a device of each class busy. */
const ENOUGH = { narrow: 8, wide: 256 } as const;

/** A workgroup that walks fewer keys spends more on its state than on them. */
const LEAST_KEYS = 256;

export const splitKV: Variant<AttentionProblem> = {
  id: 'split-kv',
  title: 'Flash, keys split',
  idea: 'Share the keys of each row block out to several workgroups, and merge their states: for few queries and many keys.',
  params: [
    ...ATTENTION_TILE_PARAMS,
    { name: 'splits', about: 'workgroups that share the keys of a row block', choices: [1, 2, 4, 8, 16, 32] },
  ],
  defaults(problem, device) {
    const params = forwardDefaults(problem, device);
    return { ...params, splits: splitsFor(problem, params, device) };
  },
  supports(problem, params, device) {
    const { splits = 0 } = params;
    if (!Number.isInteger(splits) || splits < 1) {
      return `splits must be a whole number from 1 up, not ${splits}`;
    }
    return tiledSupports(problem, params, device);
  },
  plan(problem, params): Plan {
    const { output, lse: numRows } = attentionSizes(problem);
    const { splits = 1 } = params;
    const { buffers, passes, pass, bindings, tiles, keyReads } = tiling(problem, params, 1);
    const { query, key } = operandsOf(problem);
    return {
      buffers: [
        ...dataBuffers(problem),
        ...rotatedBuffers(problem),
        ...choiceBuffers(problem),
        ...buffers,
        { name: 'splitOutputs', role: 'workspace', bytes: floatBytes(splits * output) },
        { name: 'splitStats', role: 'workspace', bytes: splits * statsBytes(problem) },
      ],
      tiles,
      passes: [
        ...passes,
        ...rotatePasses(problem),
        ...choicePasses(problem),
        attentionPass(problem, {
          ...pass,
          conditions: { ...pass.conditions, KEEP_STATS: true },
          params: { splits },
          workgroups: splits * pass.workgroups,
          label: 'split-kv forward',
          shader: 'attention/flash_forward',
          bindings: [
            ...moved(splits, read({ left: query })),
            ...moved(keyReads, read({ right: key, values: 'value' })),
            ...readWrite({ output: 'splitOutputs', row_stats: 'splitStats' }),
            ...bindings,
          ],
          flops: attentionFlops(problem),
        }),
        mergePass(
          { numStates: splits, numRows, headDimV: problem.headDimV, dtype: problem.dtype },
          { outputs: 'splitOutputs', stats: 'splitStats' },
        ),
        mendPass(problem),
      ],
    };
  },
};

/** The number of shares that keeps the device busy, none of them too small. */
export function splitsFor(problem: AttentionProblem, params: Params, device: DeviceProfile): number {
  const { blockM = 1 } = params;
  const blocks = problem.batch * problem.numKVHeads * ceilDiv(groupSize(problem) * problem.seqLenQ, blockM);
  const most = Math.max(1, Math.floor(walkedSlots(problem) / LEAST_KEYS));
  return Math.min(most, Math.max(1, ceilDiv(ENOUGH[simdClass(device)], blocks)));
}
