export type Kind = 'positive' | 'negative' | 'hidden';

/** A row or a column in float64: its logits, and what they are to it. */
export interface Line {
  readonly logits: Float64Array;
  readonly kinds: readonly Kind[];
  /** The target of each logit, where no column is the one positive: of a teacher, or of several labels. */
  readonly targets?: Float64Array;
}

/** The logits of one kind. */
export const logitsOf = ({ logits, kinds }: Line, kind: Kind): Float64Array =>
  logits.filter((_, at) => kinds[at] === kind);

/** `log Σ exp`, with the maximum taken out; −∞ of nothing. */
export function logSumExp(logits: Float64Array): number {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  if (peak === -Infinity) return peak;
  return peak + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - peak), 0));
}

export const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
