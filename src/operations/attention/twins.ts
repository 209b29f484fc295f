/** A score by batch entry, query head within it, query token and key token: the JavaScript twin of a modifier in WGSL. */
export type ScoreMod = (score: number, b: number, h: number, q: number, kv: number) => number;

/** Whether the query sees the key. */
export type MaskMod = (b: number, h: number, q: number, kv: number) => boolean;
