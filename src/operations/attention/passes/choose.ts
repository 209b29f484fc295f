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
import { hashingOf } from '../hashing.ts';
import { summaryBlocks, summaryLines } from '../key-summary.ts';
import type { AttentionProblem } from '../problem.ts';
import { KEYS_OF_SCORE, listSize, type ChoiceMethod } from '../selected.ts';
import { attentionPass } from './pass.ts';
import { operandsOf } from './rotate.ts';
import { keyLoad } from './tiled.ts';

const WORKGROUP_SIZE = 64;
/** Invocations that share the choice of one list: few where there are few blocks, because barriers cost more the more wait. */
const listSizeOf = (blocks: number): number => (blocks > 4096 ? 256 : 64);

/** Modules that make the summary of keys. */
const SUMMARIES: Readonly<Record<ChoiceMethod, string>> = {
  channels: 'attention/lib/summary/elements',
  blocks: 'attention/lib/summary/bounds',
  landmarks: 'attention/lib/summary/means',
  lsh: 'attention/lib/summary/buckets',
};

/** Lists that the GPU makes, and all that it needs for them. */
export function choiceBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { batch, numKVHeads, headDim, selected } = problem;
  if (selected?.by === undefined) return [];
  const groups = batch * numKVHeads;
  const [lines, blocks] = [summaryLines(problem), summaryBlocks(problem)];
  const role = selected.summary === 'returned' ? 'output' : 'workspace';
  return [
    typedBuffer('output', 'chosenKeys', 'i32', listSize(problem)),
    ...(selected.summary === 'given' ? [] : [floatBuffer(role, 'keySummary', groups * lines * blocks)]),
    floatBuffer('workspace', 'blockScores', groups * blocks),
    ...(selected.by === 'channels'
      ? [typedBuffer('workspace', 'channels', 'u32', groups * channelsOf(problem))]
      : []),
    ...(selected.by === 'lsh' ? [floatBuffer('workspace', 'queryHashes', groups * (headDim + lines))] : []),
  ];
}

/** Passes that score all keys in a cheap way, and list the best for each key/value head. */
export function choicePasses(problem: AttentionProblem): Pass[] {
  const { selected, ...plain } = problem;
  if (selected?.by === undefined) return [];
  const parts = partsOf(problem, plain, selected.by);
  return [
    ...(selected.summary === 'given' ? [] : [summaryPass(parts)]),
    ...(selected.by === 'lsh' ? samplePasses(parts) : scorePasses(parts)),
    choicePass(parts, selected.slots),
  ];
}

/** All that the passes of a choice share. */
interface Parts {
  /** The problem without its lists, which are not made yet. */
  readonly plain: AttentionProblem;
  readonly method: ChoiceMethod;
  readonly groups: number;
  readonly lines: number;
  readonly blocks: number;
  readonly size: number;
  readonly bits: number;
  readonly shared: Pick<Pass, 'constants' | 'uniforms'> & Required<Pick<Pass, 'modules'>>;
}

function partsOf(problem: AttentionProblem, plain: AttentionProblem, method: ChoiceMethod): Parts {
  const { headDim, headDimV, batch, numKVHeads } = problem;
  const [lines, blocks, size] = [summaryLines(problem), summaryBlocks(problem), KEYS_OF_SCORE[method]];
  const { bits } = hashingOf(problem);
  return {
    ...{ plain, method, groups: batch * numKVHeads, lines, blocks, size, bits },
    shared: {
      constants: {
        ...{ DEPTH: headDim, WIDTH: headDimV, WORKGROUP_SIZE, KEYS: size, LINES: lines, BITS: bits },
        CHANNELS: method === 'channels' ? channelsOf(problem) : headDim,
      },
      uniforms: [u32('summary_blocks', blocks)],
      modules: { load: 'lib/load/plain', ...keyLoad(plain) },
    },
  };
}

function summaryPass({ plain, method, groups, lines, blocks, size, bits, shared }: Parts): Pass {
  const units = groups * lines * blocks;
  const isHashed = method === 'lsh';
  return attentionPass(plain, {
    ...shared,
    label: 'sum up keys',
    shader: 'attention/summarise_keys',
    modules: { ...shared.modules, summary: SUMMARIES[method] },
    bindings: [
      ...read({ right: operandsOf(plain).key }, ...(isHashed ? ['hyperplanes'] : [])),
      ...readWrite('keySummary'),
    ],
    workgroups: ceilDiv(units, WORKGROUP_SIZE),
    flops: units * (isHashed ? 2 * bits * plain.headDim : size),
  });
}

function scorePasses({ plain, method, groups, lines, blocks, shared }: Parts): Pass[] {
  const { headDim, numHeads, batch, seqLenQ } = plain;
  const { query } = operandsOf(plain);
  const byChannels = method === 'channels';
  const { CHANNELS = headDim } = shared.constants;
  const channels = byChannels ? ['channels'] : [];
  return [
    ...(byChannels
      ? [
          attentionPass(plain, {
            ...shared,
            label: 'choose channels',
            shader: 'attention/choose_channels',
            bindings: [...read({ query }), ...readWrite('channels')],
            workgroups: ceilDiv(groups, WORKGROUP_SIZE),
            flops: groups * headDim * CHANNELS,
          }),
        ]
      : []),
    attentionPass(plain, {
      ...shared,
      label: 'score keys',
      shader: 'attention/choose_scores',
      modules: { ...shared.modules, choice: `attention/lib/choice/${method}` },
      bindings: [...read({ left: query }, 'keySummary', ...channels), ...readWrite('blockScores')],
      workgroups: ceilDiv((groups * blocks) / 4, WORKGROUP_SIZE),
      flops: (2 * batch * numHeads * seqLenQ * blocks * CHANNELS * lines) / headDim,
    }),
  ];
}

function samplePasses({ plain, groups, lines, blocks, bits, shared }: Parts): Pass[] {
  const { query, key } = operandsOf(plain);
  const { headDim } = plain;
  return [
    attentionPass(plain, {
      ...shared,
      label: 'hash queries',
      shader: 'attention/hash_queries',
      bindings: [...read({ left: query }, 'hyperplanes'), ...readWrite('queryHashes')],
      workgroups: groups,
      flops: 2 * groups * lines * bits * headDim,
    }),
    attentionPass(plain, {
      ...shared,
      label: 'sample keys',
      shader: 'attention/sample_keys',
      bindings: [...read({ right: key }, 'keySummary', 'queryHashes'), ...readWrite('blockScores')],
      workgroups: ceilDiv((groups * blocks) / 4, WORKGROUP_SIZE),
      flops: groups * blocks * lines,
    }),
  ];
}

function choicePass({ plain, method, groups, blocks, shared }: Parts, slots: number): Pass {
  return attentionPass(plain, {
    ...shared,
    label: 'choose keys',
    shader: 'attention/choose_top',
    conditions: { WEIGHTED: method === 'lsh' },
    constants: { ...shared.constants, WORKGROUP_SIZE: listSizeOf(blocks) },
    uniforms: [...shared.uniforms, u32('slots', slots)],
    bindings: [...read('blockScores'), ...readWrite('chosenKeys')],
    workgroups: groups,
    flops: 6 * groups * blocks,
  });
}
