import { isDeviceTensor, type DeviceTensor } from '../core/device-tensor.ts';
import { ShapeError, throwIfAborted } from '../core/errors.ts';
import { argumentNames, requireKnown } from '../core/known-arguments.ts';
import { describe, floatTensor, requireTensor, type AnyTensor } from '../core/tensor.ts';
import type { AttentionArgs } from '../operations/attention/api.ts';
import type { MergeStatesResult } from '../operations/merge-states/api.ts';
import type { Answer, CallOptions, LabApi } from '../worker/api.ts';

/**
 * Keys and values in buffers of their own, and which queries see them. A level of a tree of prefixes is a segment: each of its nodes
 * is a run of keys that a run of queries shares.
 */
export interface KeySegment {
  /** [1, numKVHeads, keys, headDim] */
  readonly key: AnyTensor;
  /** [1, numKVHeads, keys, headDimV] */
  readonly value: AnyTensor;
  /** Where the queries of each node start, and last where they all end. Default: one node, for all queries. */
  readonly queryStarts?: Uint32Array | readonly number[];
  /** Where the keys of each node start, and last where they all end. */
  readonly keyStarts?: Uint32Array | readonly number[];
  /** The last query of a node stands at its last key, as in the segment that the queries' own keys are in. Default false. */
  readonly causal?: boolean;
}

/** Queries whose keys lie in several segments. */
export interface SegmentedArgs extends Pick<AttentionArgs, 'softmaxScale' | 'softcap' | 'scorePrecision'> {
  /** [1, numHeads, tokens, headDim] of f32: the queries of all requests, one request after another. */
  readonly query: AnyTensor;
  readonly segments: readonly KeySegment[];
}

const NAMES = argumentNames<SegmentedArgs>({
  query: true,
  segments: true,
  softmaxScale: true,
  softcap: true,
  scorePrecision: true,
});

const SEGMENT_NAMES = argumentNames<KeySegment>({
  key: true,
  value: true,
  queryStarts: true,
  keyStarts: true,
  causal: true,
});

/** The names that segments have for arguments of attention. */
const OWN_NAMES: Readonly<Record<string, string>> = { cuSeqLensQ: 'queryStarts', cuSeqLensKV: 'keyStarts' };

/**
 * Attention over keys that lie in several segments, as if they lay one after another: each segment is walked once for all queries
 * that share it, and the states are merged. Prefixes in trees of any depth (Hydragen, Juravsky et al., 2024), and the caches of a
 * request and of its responses in two buffers (segment KV), are calls of it. States stay on the device.
 * @throws ShapeError naming the argument or the part of a segment; as `lab.attention`
 */
export async function segmentedAttention<const Options extends CallOptions = CallOptions>(
  lab: Pick<LabApi, 'attention' | 'mergeStates' | 'upload' | 'release'>,
  args: SegmentedArgs,
  options?: Options,
): Promise<Answer<MergeStatesResult, Options>> {
  requireKnown(args, NAMES);
  const { query, segments, ...scores } = args;
  requireSegments(segments);
  const given = requireTensor('query', query, 4);
  const signal = options?.signal;
  const held: DeviceTensor[] = [];
  const hold = <Tensor extends DeviceTensor>(tensor: Tensor): Tensor => {
    held.push(tensor);
    return tensor;
  };
  try {
    const shared =
      isDeviceTensor(query) || !(given.data instanceof Float32Array)
        ? query
        : hold(await lab.upload(floatTensor(given.shape, given.data), { ...(signal && { signal }) }));
    const states = [];
    for (const [index, { queryStarts, keyStarts, ...segment }] of segments.entries()) {
      throwIfAborted(signal);
      const call: AttentionArgs = {
        ...{ ...scores, ...segment, query: shared },
        ...(queryStarts && { cuSeqLensQ: queryStarts }),
        ...(keyStarts && { cuSeqLensKV: keyStarts }),
      };
      const state = await lab
        .attention(call, { keep: true, ...(signal && { signal }) })
        .catch((error: unknown) => {
          throw named(error, index);
        });
      states.push({ output: hold(state.output), lse: hold(state.lse) });
    }
    return await lab.mergeStates(states, options);
  } finally {
    for (const tensor of held) lab.release(tensor);
  }
}

/** @throws ShapeError unless it is a list of at least one segment */
function requireSegments(segments: unknown): asserts segments is readonly KeySegment[] {
  if (!Array.isArray(segments) || segments.length === 0) {
    throw new ShapeError('segments', 'a list of at least one { key, value }', describe(segments));
  }
  segments.forEach((segment: unknown, index) => {
    if (typeof segment !== 'object' || segment === null) {
      throw new ShapeError(`segments[${index}]`, 'an object: { key, value }', describe(segment));
    }
    requireKnown(segment, SEGMENT_NAMES, { cuSeqLensQ: 'queryStarts', cuSeqLensKV: 'keyStarts' });
  });
}

/** An error of a call, by the name that its argument has in a segment. */
function named(error: unknown, index: number): unknown {
  if (!(error instanceof ShapeError) || error.argument.startsWith('query')) return error;
  const [first = '', ...rest] = error.argument.split('.');
  const argument = [`segments[${index}]`, OWN_NAMES[first] ?? first, ...rest].join('.');
  return new ShapeError(argument, error.expected, error.got);
}
