import { bce } from './bce.ts';
import { clip } from './clip.ts';
import { dcl } from './dcl.ts';
import { dclw } from './dclw.ts';
import { infoNce } from './info-nce.ts';
import type { ContrastiveLoss } from './loss.ts';
import { ntXent } from './nt-xent.ts';
import { siglip } from './siglip.ts';
import { softTargets } from './soft-targets.ts';
import { supCon } from './sup-con.ts';

/** All losses, in teaching order; the first is the default. To add a loss, add its file and a line. */
const LIST = [clip, infoNce, siglip, ntXent, dcl, dclw, supCon, softTargets, bce] as const;

type Listed = (typeof LIST)[number];
export type Loss = Listed['id'];
/** Losses without softmax. */
export type PairwiseLoss = Extract<Listed, { readonly pairwise: true }>['id'];

export const LOSSES: readonly Loss[] = LIST.map(({ id }) => id);
export const DEFAULT_LOSS = LIST[0].id;

const byId: ReadonlyMap<string, ContrastiveLoss<Loss>> = new Map(LIST.map((loss) => [loss.id, loss]));

export function lossOf(id: Loss): ContrastiveLoss<Loss> {
  const loss = byId.get(id);
  if (loss === undefined) throw new RangeError(`there is no loss '${id}'`);
  return loss;
}

/** The losses that something is true of, one after another: `info-nce, dcl, dclw`. */
export const namesOf = (has: (loss: ContrastiveLoss<Loss>) => boolean): string =>
  LIST.filter(has)
    .map(({ id }) => id)
    .join(', ');
