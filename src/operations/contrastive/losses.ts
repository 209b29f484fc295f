export const LOSSES = ['clip', 'info-nce', 'siglip', 'nt-xent', 'dcl', 'dclw', 'sup-con'] as const;
export type Loss = (typeof LOSSES)[number];

/** What sets one loss apart from another. */
export interface LossTraits {
  /** Columns have a softmax too. */
  readonly symmetric: boolean;
  /** Whether there is no y: always, never, or as the caller has it. */
  readonly oneTensor: boolean | 'either';
  /** A pair is a binary choice, and no line has a softmax. */
  readonly sigmoid: boolean;
  /** A row has as many positives as there are others of its class. */
  readonly classes: boolean;
  /** The positive is not in the denominator. */
  readonly decoupled: boolean;
}

const PLAIN: LossTraits = {
  symmetric: false,
  oneTensor: false,
  sigmoid: false,
  classes: false,
  decoupled: false,
};

export const TRAITS: Readonly<Record<Loss, LossTraits>> = {
  clip: { ...PLAIN, symmetric: true },
  'info-nce': PLAIN,
  siglip: { ...PLAIN, sigmoid: true },
  'nt-xent': { ...PLAIN, oneTensor: true },
  dcl: { ...PLAIN, oneTensor: 'either', decoupled: true },
  dclw: { ...PLAIN, oneTensor: 'either', decoupled: true },
  'sup-con': { ...PLAIN, oneTensor: true, classes: true },
};
