/** Fills options of the command line into a problem of some size. */
export type Shaping = (problem: object) => object;

/** Shapings by family of operations; absent: problems are as usual. */
export type Shapings = Readonly<Partial<Record<string, Shaping>>>;

export const shapedBy = (shapings: Shapings, family: string): Shaping =>
  shapings[family] ?? ((problem) => problem);
