import { Command } from 'commander';
import { adapterOption, type AdapterId } from '../args.ts';
import { idList, sizeList, understood, type Output } from '../arguments.ts';
import { UsageError } from '../errors.ts';
import { CASE_KINDS, type CaseKind } from './cases.ts';
import { PEER_IDS, type PeerId } from './peer.ts';

export interface PeersOptions {
  readonly quick: boolean;
  /** Sizes in ascending order; absent for the usual ones. */
  readonly sizes?: readonly number[];
  /** Libraries to measure, in the order of `PEER_IDS`. */
  readonly only: readonly PeerId[];
  /** Kinds of cases to measure, in the order of `CASE_KINDS`. */
  readonly cases: readonly CaseKind[];
  readonly json?: string;
  readonly adapter: AdapterId;
}

/** The largest size. The float64 reference of a contrastive loss holds a few square matrices of it. */
const MAX_SIZE = 4096;

/**
 * Reads the arguments after `npm run bench:peers --`; `undefined` if help was requested and printed.
 * @throws UsageError on arguments that it does not understand
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

/** The requested ids in the order of `known`; all of them if none is requested. */
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
