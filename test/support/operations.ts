import { bind } from '../../src/core/bind.ts';
import type { Corners } from '../../src/core/corner.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';
import { OPERATIONS, type ListedOperation } from '../../src/operations/index.ts';
import { cacheProblem } from '../../src/operations/kv-cache/fill-problem.ts';
import { kvCache } from '../../src/operations/kv-cache/operation.ts';
import type { CacheProblem } from '../../src/operations/kv-cache/problem.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import type { MatmulProblem } from '../../src/operations/matmul/problem.ts';

/** An operation whose kernels are tested, with its corners. */
export interface TestedOperation
  extends Pick<ListedOperation, 'variants' | 'example' | 'bind'>, Partial<Pick<ListedOperation, 'options'>> {
  readonly id: string;
  readonly corners: Corners;
}

const rooms = import.meta.glob<{ readonly corners: Corners }>('/src/operations/*/corners.ts', {
  eager: true,
});

/** The yardstick of reports has variants as any operation has, but is no operation that somebody asks for. */
const yardstick = {
  id: matmul.id,
  variants: matmul.variants,
  example: { size: 64 },
  bind: (partial: Partial<MatmulProblem>, device: DeviceProfile) =>
    bind(matmul, { size: 64, ...partial }, device),
} satisfies Omit<TestedOperation, 'corners'>;

/** Attention over encoded caches is asked for by the method of the cache, through `lab.cacheStudy`. */
const caches = {
  id: kvCache.id,
  variants: kvCache.variants,
  example: { seqLenKV: 64 },
  bind: (partial: Partial<CacheProblem>, device: DeviceProfile) =>
    bind(kvCache, cacheProblem(partial), device),
} satisfies Omit<TestedOperation, 'corners'>;

/** All that there is to test, in teaching order. */
export const TESTED: readonly TestedOperation[] = [...OPERATIONS, caches, yardstick].map((operation) => ({
  ...operation,
  corners: cornersOf(operation.id),
}));

/** @throws Error if the operation's folder has none */
function cornersOf(id: string): Corners {
  const room = rooms[`/src/operations/${id}/corners.ts`];
  if (room === undefined)
    throw new Error(`src/operations/${id}/corners.ts is missing: what is ${id} tested on?`);
  return room.corners;
}
