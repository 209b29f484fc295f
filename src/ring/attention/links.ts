import type { Transport } from '../transport.ts';

/** The links of a rank to others, by their numbers; none to itself. */
export type Links = readonly (Transport | undefined)[];

export function linkTo(links: Links, rank: number): Transport {
  const link = links[rank];
  if (link === undefined) throw new RangeError(`there is no link to rank ${rank}`);
  return link;
}
