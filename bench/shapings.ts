/** Fills options of the command line into a problem of some size. */
export type Shaping = (problem: object) => object;

/** Shapings by operation; absent: problems are as usual. */
export type Shapings = Readonly<Partial<Record<string, Shaping>>>;

export const shapedBy = (shapings: Shapings, operation: string): Shaping =>
  shapings[operation] ?? ((problem) => problem);
