import type { DeviceTensor } from '../../../core/device-tensor.ts';
import type { AnyTensor } from '../../../core/tensor.ts';
import type { BlockMask, BlockMaskArgument } from '../block-mask.ts';
import type { PageLayout, PagesArgument } from '../pages.ts';
import type { ChooseArgument, SelectedArgument, Selection } from '../selected.ts';
import type { MaskMod, ScoreMod } from '../twins.ts';
import type { Rope, RopeArgument } from './rope-fields.ts';

/** Where the causal diagonal sits when seqLenQ ≠ seqLenKV: at the last key, or at the first. */
export type CausalAlignment = 'bottom-right' | 'top-left';

/** Options that a call's argument sets as it stands. */
interface PlainOptions {
  /** [left, right] in tokens around the causal-aligned diagonal; -1 is unlimited. */
  readonly window?: readonly [number, number];
  /** score → softcap · tanh(score / softcap). */
  readonly softcap?: number;
  /** Keys come rotated, so that `rope` rotates queries alone. `keyGrad` is that of the keys as they come. */
  readonly keysRotated?: boolean;
  /**
   * WGSL function body: score_mod(score: f32, b: u32, h: u32, q: u32, kv: u32) → f32, of batch entry, query head, query
   * token and key token; after scale, softcap, ALiBi and bias. It may use WGSL's functions and `tanh_exact`.
   */
  readonly scoreMod?: string;
  /** WGSL function body, with the same parameters: ∂score_mod/∂score at the score before it, for gradients. */
  readonly scoreModGrad?: string;
  /** WGSL function body: mask_mod(b: u32, h: u32, q: u32, kv: u32) → bool; false hides. */
  readonly maskMod?: string;
}

/** Fields of a problem that options set. */
export interface OptionFields extends PlainOptions {
  readonly softmaxScale: number;
  readonly causal: false | CausalAlignment;
  /** The type that query, key, value and output are made of; all else is f32. Default f32. */
  readonly dtype?: 'f16';
  /** The scores of each head have a scale of their own; the scales are an input. */
  readonly logitScales?: boolean;
  /** Scores fall by slope · distance from the diagonal; the slopes are an input. */
  readonly alibi?: boolean;
  /** Every head has a sink logit in the denominator; the sinks are an input. */
  readonly sinks?: boolean;
  /** Shape of the additive bias, broadcast over [batch, numHeads, seqLenQ, seqLenKV]; the bias is an input. */
  readonly biasShape?: readonly number[];
  /** Shape of the boolean mask, broadcast over [batch, numHeads, seqLenQ, seqLenKV]; the mask is an input. */
  readonly maskShape?: readonly number[];
  /** Whole blocks of keys are hidden from whole blocks of queries. */
  readonly blockMask?: BlockMask;
  /** Rows meet chosen keys alone; the lists of them are an input. */
  readonly selected?: Selection;
  /** Keys and values lie in pages; the table of pages is an input. */
  readonly pages?: PageLayout;
  /** Valid keys of each batch entry. */
  readonly seqLensKV?: readonly number[];
  /** Where each packed document's queries start, and last where they all end; the batch is then 1. */
  readonly cuSeqLensQ?: readonly number[];
  /** Where each packed document's keys start, and last where they all end. */
  readonly cuSeqLensKV?: readonly number[];
  /** Query and key are rotated by their positions before anything else. */
  readonly rope?: Rope;
  /** Scores as sums of two f32: for those of hundreds, whose rounding to one shows in the gradients. Default one. */
  readonly scorePrecision?: 'two-term';
}

/** Arguments of a call that set options. */
export interface OptionArguments extends PlainOptions {
  /** Default 1/√headDim. */
  readonly softmaxScale?: number;
  /** `true` is `'bottom-right'`. */
  readonly causal?: boolean | CausalAlignment;
  /**
   * One per head: scores are multiplied by it before the softcap. Its gradient is the sum of query · queryGrad over the
   * head's queries, divided by the scale.
   */
  readonly logitScales?: Float32Array;
  /** One per head. */
  readonly alibiSlopes?: Float32Array;
  /** One learnable sink logit per head, in the denominator only. */
  readonly sinks?: Float32Array;
  /** Broadcast over [batch, numHeads, seqLenQ, seqLenKV]. */
  readonly bias?: AnyTensor;
  /** Broadcast over [batch, numHeads, seqLenQ, seqLenKV]; 0 hides. */
  readonly mask?: { readonly shape: readonly number[]; readonly data: Uint8Array } | DeviceTensor<'u8'>;
  /**
   * Query i sees key j only where blocks[…, ⌊i / blockM⌋, ⌊j / blockN⌋] is not 0: blocks [1 or batch, 1 or numHeads,
   * ⌈seqLenQ / blockM⌉, ⌈seqLenKV / blockN⌉]. Tiles within hidden blocks are not visited.
   */
  readonly blockMask?: BlockMaskArgument;
  /**
   * The queries of a key/value head meet the keys of its list alone: indices [batch, numKVHeads, S], where −1 ends a list and a
   * key that is listed twice counts twice. logWeights, of the same shape, are added to scores.
   */
  readonly selected?: SelectedArgument;
  /** The GPU chooses the keys that the queries of each key/value head meet: those with the largest scores by a cheap method. */
  readonly choose?: ChooseArgument;
  /**
   * Key and value are pages, [numPages, numKVHeads, pageSize, headDim], and key j of an entry lies in the page that slot
   * ⌊j / pageSize⌋ of its row of the table names; −1 is no page. Lengths come from `seqLensKV`; left out, all slots are full.
   */
  readonly pages?: PagesArgument;
  /** Valid keys of each batch entry. */
  readonly seqLensKV?: Uint32Array | readonly number[];
  /** Packed documents, with batch 1: where each one's queries start, and last seqLenQ. */
  readonly cuSeqLensQ?: Uint32Array | readonly number[];
  /** Where each packed document's keys start, and last seqLenKV. */
  readonly cuSeqLensKV?: Uint32Array | readonly number[];
  /** Rotates query and key by their positions, inside. Gradients are those of query and key as they are given. */
  readonly rope?: RopeArgument;
  /**
   * The form in which a score is held: one f32, or the sum of two, which keeps gradients within 1e-5 at scores of hundreds and
   * takes about twice the time. Default `'auto'`: two where query, key and bias may make scores above 64.
   */
  readonly scorePrecision?: 'auto' | 'f32' | 'two-term';
}

/** Data that options bring along, as the float64 reference takes them. */
export interface OptionValues {
  /** Lists of keys, as `packLists` makes them. */
  readonly chosenKeys?: ArrayLike<number>;
  /** [batch, numKVHeads, lines, blocks] */
  readonly keySummary?: ArrayLike<number>;
  /** [batch, pagesPerEntry] */
  readonly pageTable?: ArrayLike<number>;
  /** One per head. */
  readonly logitScales?: ArrayLike<number>;
  /** One per head. */
  readonly alibiSlopes?: ArrayLike<number>;
  /** One per head. */
  readonly sinks?: ArrayLike<number>;
  readonly bias?: ArrayLike<number> | undefined;
  /** 0 hides. */
  readonly mask?: ArrayLike<number> | undefined;
  /** The function that the problem's WGSL of that name computes. */
  readonly scoreMod?: ScoreMod | undefined;
  readonly scoreModGrad?: ScoreMod | undefined;
  readonly maskMod?: MaskMod | undefined;
}
