import { ceilDiv, floatBytes, read, readWrite, type Pass, type PlanBuffer } from '../../../core/plan.ts';
import { broadcastStrides } from '../../attention/broadcast.ts';
import { moved } from '../../../core/traffic.ts';
import { attentionPass } from '../../attention/passes/pass.ts';
import { attentionFlops } from '../../attention/visibility.ts';
import type { AttentionBackwardProblem } from '../problem.ts';
import { sumAxesPass } from './sums.ts';

/** How a bias is broadcast: whether it has each of the four dimensions to itself. */
interface BiasLayout {
  readonly perEntry: boolean;
  readonly perHead: boolean;
  readonly perQuery: boolean;
  readonly perKey: boolean;
}

function layoutOf(problem: AttentionBackwardProblem, shape: readonly number[]): BiasLayout {
  const [entry, head, query, key] = broadcastStrides('bias', shape, problem);
  return { perEntry: entry !== 0, perHead: head !== 0, perQuery: query !== 0, perKey: key !== 0 };
}

/** The module of the role `bias_sums`: one sum for each of these. */
function sumsOf({ perQuery, perKey }: BiasLayout): 'pairs' | 'keys' | 'queries' {
  if (!perKey) return 'queries';
  return perQuery ? 'pairs' : 'keys';
}

/** Along one line of the matrix: per head and entry, one sum for each query, or else for each key. */
function lineLength({ seqLenQ, seqLenKV }: AttentionBackwardProblem, { perKey }: BiasLayout): number {
  return perKey ? seqLenKV : seqLenQ;
}

/** Sums per head and entry of a bias that is broadcast over queries or keys. */
export function biasWorkspace(problem: AttentionBackwardProblem): PlanBuffer[] {
  if (problem.biasShape === undefined) return [];
  const layout = layoutOf(problem, problem.biasShape);
  if (layout.perQuery && layout.perKey) return [];
  const count = problem.batch * problem.numHeads * lineLength(problem, layout);
  return [{ name: 'biasLines', role: 'workspace', bytes: floatBytes(count) }];
}

/** The bias gradient, from what passes on `attention/lib/gradient.wesl` share. */
export function biasPasses(
  problem: AttentionBackwardProblem,
  pass: Pick<Pass, 'conditions' | 'constants' | 'modules'>,
): Pass[] {
  if (problem.biasShape === undefined) return [];
  const { batch, numHeads, seqLenQ, seqLenKV } = problem;
  const layout = layoutOf(problem, problem.biasShape);
  const { perEntry, perHead, perQuery, perKey } = layout;
  const lines = !(perQuery && perKey);
  const { BLOCK_M = 1, BLOCK_N = 1 } = pass.constants;
  const ownership = { ownEntries: lines || perEntry, ownHeads: lines || perHead };
  const workgroups =
    (ownership.ownEntries ? batch : 1) *
    (ownership.ownHeads ? numHeads : 1) *
    (perQuery || !perKey ? ceilDiv(seqLenQ, BLOCK_M) : 1) *
    (perKey ? ceilDiv(seqLenKV, BLOCK_N) : 1);
  const tiles = attentionPass(problem, {
    ...pass,
    modules: {
      ...pass.modules,
      chain: 'attention/lib/chain/to_bias',
      bias_sums: `attention/lib/bias_sums/${sumsOf(layout)}`,
    },
    params: ownership,
    label: 'flash bias gradient',
    shader: 'attention/flash_backward_bias',
    bindings: [
      ...moved(perKey ? ceilDiv(seqLenKV, BLOCK_N) : 1, read({ left: 'packedRows' })),
      ...moved(perQuery || !perKey ? ceilDiv(seqLenQ, BLOCK_M) : 1, read({ right: 'packedKeys' })),
      ...read('rowData'),
      ...readWrite({ bias_grad: lines ? 'biasLines' : 'biasGrad' }),
    ],
    workgroups,
    flops: attentionFlops(problem),
  });
  if (!lines) return [tiles];
  const length = lineLength(problem, layout);
  return [
    tiles,
    sumAxesPass(
      'bias gradient lines',
      'biasLines',
      'biasGrad',
      [batch, numHeads, length],
      [perEntry ? batch : 1, perHead ? numHeads : 1, perQuery || perKey ? length : 1],
    ),
  ];
}
