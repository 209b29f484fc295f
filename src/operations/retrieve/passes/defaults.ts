import { hasSubgroups, simdClass, type DeviceProfile } from '../../../core/device-profile.ts';
import { ceilDiv, floatBytes } from '../../../core/plan.ts';
import type { Params, ParamSpec } from '../../../core/variant.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import {
  quadRows,
  stageBytes,
  tileCols,
  VECTOR_TILE_PARAMS,
  type TileShape,
  isSoonDone,
} from '../../../tile/tile-params.ts';
import { retrieveFlops, walkFlops, type RetrieveProblem } from '../problem.ts';
import { storageOf } from '../storage.ts';
import { MOST_PARTS } from './lists.ts';

export const RETRIEVE_PARAMS: readonly ParamSpec[] = [
  ...VECTOR_TILE_PARAMS,
  {
    name: 'parts',
    about: 'parts of the documents that workgroups walk through side by side, each with lists of its own',
    choices: [1, 4, 16, 64, 256],
  },
];

/** FLOPs of one workgroup: longer ones could not be sliced any shorter. */
const WORKGROUP_FLOPS = 1e8;
/** Workgroups that keep a device with wide subgroups busy. */
const WIDE_WORKGROUPS = 512;
/** Tiles of documents that a part has at least: the first ones fill the lists. */
const LEAST_TILES = 4;

/** Good parameters before any tuning. */
export function defaultTiling(problem: RetrieveProblem, device: DeviceProfile): Params {
  const tile = defaultTile(problem, device);
  const { numQueries, numDocuments } = problem;
  const queryBlocks = ceilDiv(numQueries, tile.blockM);
  const sliced = walkFlops(problem, numDocuments) / queryBlocks / WORKGROUP_FLOPS;
  const busy = simdClass(device) === 'narrow' ? 2 : WIDE_WORKGROUPS / queryBlocks;
  const most = ceilDiv(numDocuments, LEAST_TILES * tile.blockN);
  return { ...tile, parts: Math.max(1, Math.min(MOST_PARTS, most, Math.ceil(Math.max(sliced, busy)))) };
}

function defaultTile(problem: RetrieveProblem, device: DeviceProfile) {
  const { numQueries, embedDim, storage } = problem;
  const packed = storageOf(storage).packsQueries;
  if (simdClass(device) === 'narrow') {
    const rows = Math.min(powerOfTwo(numQueries), quadRows(retrieveFlops(problem)));
    const quads = hasSubgroups(device) && !packed ? 1 : 0;
    return { blockM: rows, blockN: 32, rows, cols: 8, stageDepth: 0, quads, vectorWidth: 1 };
  }
  const loads = {
    ...{ stageDepth: packed ? 0 : 16, quads: 0 },
    vectorWidth: embedDim % 4 === 0 && !packed ? 4 : 1,
  };
  // Few queries have many documents side by side.
  const tiles = [
    { blockM: 1, blockN: 128, rows: 1, cols: 2, ...loads },
    { blockM: 8, blockN: 64, rows: 1, cols: 2, ...loads },
    { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads },
    ...(isSoonDone(retrieveFlops(problem)) ? [] : [{ blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads }]),
  ].filter(({ blockM }) => blockM === 1 || blockM < 2 * numQueries);
  const room = device.limits.maxComputeWorkgroupStorageSize;
  return tiles.filter((tile) => workgroupBytes(tile) <= room).at(-1) ?? LEAST_TILE;
}

const LEAST_TILE = { blockM: 8, blockN: 8, rows: 1, cols: 1, stageDepth: 0, quads: 0, vectorWidth: 1 };

/** Workgroup memory of `shaders/retrieve/walk.wesl`. */
export const workgroupBytes = (tile: TileShape): number =>
  stageBytes(tile) + floatBytes(tile.blockM * (tile.blockN + 1 + tileCols(tile) + 2));
