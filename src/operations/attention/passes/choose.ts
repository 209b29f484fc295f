import {
  ceilDiv,
  floatBuffer,
  read,
  readWrite,
  typedBuffer,
  u32,
  type Pass,
  type PlanBuffer,
} from '../../../core/plan.ts';
import { channelsOf } from '../choice.ts';
import type { AttentionProblem } from '../problem.ts';
import { KEYS_OF_SCORE, listSize, type ChoiceMethod } from '../selected.ts';
import { attentionPass } from './pass.ts';
import { operandsOf } from './rotate.ts';
import { keyLoad } from './tiled.ts';

const WORKGROUP_SIZE = 64;
/** Invocations that share the choice of one list. */
const LIST_SIZE = 256;

/** Lists that the GPU makes, and all that it needs for them. */
export function choiceBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { batch, numKVHeads, seqLenKV, selected } = problem;
  if (selected?.by === undefined) return [];
  const groups = batch * numKVHeads;
  return [
    typedBuffer('output', 'chosenKeys', 'i32', listSize(problem)),
    floatBuffer('workspace', 'keyScores', groups * seqLenKV),
    ...(selected.by === 'channels'
      ? [typedBuffer('workspace', 'channels', 'u32', groups * channelsOf(problem))]
      : []),
  ];
}

/** Passes that score all keys in a cheap way, and list the best for each key/value head. */
export function choicePasses({ selected, ...problem }: AttentionProblem): Pass[] {
  if (selected?.by === undefined) return [];
  const groups = problem.batch * problem.numKVHeads;
  return [
    ...scorePasses(problem, selected.by, groups),
    {
      label: 'choose keys',
      shader: 'attention/choose_top',
      conditions: {},
      constants: { WORKGROUP_SIZE: LIST_SIZE },
      uniforms: [u32('keys', problem.seqLenKV), u32('slots', selected.slots)],
      bindings: [...read('keyScores'), ...readWrite('chosenKeys')],
      workgroups: groups,
      flops: 6 * groups * problem.seqLenKV,
    },
  ];
}

function scorePasses(problem: AttentionProblem, method: ChoiceMethod, groups: number): Pass[] {
  const { headDim, headDimV, seqLenKV, numHeads, batch, seqLenQ } = problem;
  const { query, key } = operandsOf(problem);
  const byChannels = method === 'channels';
  const channels = byChannels ? channelsOf(problem) : headDim;
  const constants = { DEPTH: headDim, WIDTH: headDimV, CHANNELS: channels };
  const scores = ceilDiv(seqLenKV, KEYS_OF_SCORE[method]); // of a group
  return [
    ...(byChannels
      ? [
          attentionPass(problem, {
            label: 'choose channels',
            shader: 'attention/choose_channels',
            constants: { ...constants, WORKGROUP_SIZE },
            bindings: [...read({ query }), ...readWrite('channels')],
            workgroups: ceilDiv(groups, WORKGROUP_SIZE),
            flops: groups * headDim * channels,
          }),
        ]
      : []),
    attentionPass(problem, {
      label: 'score keys',
      shader: 'attention/choose_scores',
      modules: {
        load: 'lib/load/plain',
        ...keyLoad(problem),
        choice: `attention/lib/choice/${method}`,
      },
      constants: { ...constants, WORKGROUP_SIZE, KEYS: KEYS_OF_SCORE[method] },
      bindings: [
        ...read({ left: query, right: key }, ...(byChannels ? ['channels'] : [])),
        ...readWrite('keyScores'),
      ],
      workgroups: groups * ceilDiv(scores, WORKGROUP_SIZE),
      flops: 2 * batch * numHeads * seqLenQ * scores * channels,
    }),
  ];
}
