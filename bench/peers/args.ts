import { Command } from 'commander';
import { adapterOption, type AdapterId } from '../args.ts';
import { idList, sizeList, understood, type Output } from '../arguments.ts';
import { UsageError } from '../errors.ts';
import { CASE_KINDS, type CaseKind } from './cases.ts';
import { PEER_IDS, type PeerId } from './peer.ts';

export interface PeersOptions {
  readonly quick: boolean;
  /** Ascending; absent: the usual ones. */
  readonly sizes?: readonly number[];
  /** In the order of `PEER_IDS`. */
  readonly only: readonly PeerId[];
  /** In the order of `CASE_KINDS`. */
  readonly cases: readonly CaseKind[];
  readonly json?: string;
  readonly adapter: AdapterId;
}

/** The float64 reference of a contrastive loss holds a few matrices of this many rows and columns. */
const MAX_SIZE = 4096;

/**
 * Reads the arguments after `npm run bench:peers --`. `undefined`: help was asked for, and given.
 * @throws UsageError on anything that is not understood
 */
export function parsePeersArgs(args: readonly string[], output?: Output): PeersOptions | undefined {
  const command = new Command('bench:peers')
    .usage('[options]')
    .description(
      'Measures Tilewise beside other libraries with WebGPU kernels, on one adapter, each checked against float64.',
    )
    .option('--quick', 'small sizes and few rounds: half a minute, even on a CPU', false)
    .option('--sizes <numbers>', 'tokens, or rows, in place of the usual cases', sizeList(MAX_SIZE))
    .option('--only <ids>', `only these, separated by commas (${PEER_IDS.join(', ')})`, idList('--only'))
    .option('--cases <ids>', `only these, separated by commas (${CASE_KINDS.join(', ')})`, idList('--cases'))
    .option('--json <file>', 'write the report here')
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EPILOGUE);
  if (!understood(command, args, output)) return undefined;
  const { only, cases, ...options } = command.opts<RawOptions>();
  return {
    ...options,
    only: chosen('--only', PEER_IDS, only),
    cases: chosen('--cases', CASE_KINDS, cases),
  };
}

type RawOptions = Omit<PeersOptions, 'only' | 'cases'> & { only?: string[]; cases?: string[] };

/** Those of `known` that are asked for, in its order; all, if nothing is asked. */
function chosen<Id extends string>(
  option: string,
  known: readonly Id[],
  ids: readonly string[] = known,
): Id[] {
  const unknown = ids.find((id) => !known.some((one) => one === id));
  if (unknown !== undefined) {
    throw new UsageError(`${option}: unknown '${unknown}'; there are ${known.join(', ')}`);
  }
  return known.filter((id) => ids.includes(id));
}

const EPILOGUE = `
Exit code: 0 Tilewise is right; 1 it is wrong, or the run failed; 2 bad usage; 3 no browser or no WebGPU.
A peer that is wrong, or cannot run a shape, is a finding: the table says so.`;
