/** Rotary positions: pairs of leading elements of query and key are turned by position · base^(−2 pair / dim). Su et al., "RoFormer" (2021). */
export interface Rope {
  /** Default 10,000. */
  readonly base?: number;
  /** How many leading elements are rotated, an even number. Default headDim. */
  readonly dim?: number;
  /** Pairs are neighbours (0, 1), (2, 3) …; by default element i and element i + dim / 2. */
  readonly interleaved?: boolean;
  /** [seqLenQ], or [batch, seqLenQ]. Default: the last query stands at the last key of its entry or document. */
  readonly positionsQ?: readonly number[];
  /** [seqLenKV], or [batch, seqLenKV]. Default: from 0. */
  readonly positionsKV?: readonly number[];
}

/** Positions of tokens: a list or typed array of [length] or [batch · length], a list of such, or a tensor. */
export type Positions =
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

/** `Rope` with positions in any kind of list. */
export interface RopeArgument extends Omit<Rope, 'positionsQ' | 'positionsKV'> {
  /** [seqLenQ], or [batch, seqLenQ]. Default: the last query stands at the last key of its entry or document. */
  readonly positionsQ?: Positions;
  /** [seqLenKV], or [batch, seqLenKV]. Default: from 0. */
  readonly positionsKV?: Positions;
  /** Keys farther from a query turn as if they stood at this distance, forward alone. Han et al., "LM-Infinite" (2024). */
  readonly maxDistance?: number;
  /** Keys farther from a query all turn by the distance `beyond`, forward alone. He et al., "A²ATS" (2025). */
  readonly window?: number;
  /** Default: `window`. */
  readonly beyond?: number;
}
