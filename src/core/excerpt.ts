/** Lines of a shader, found by what stands in them, so that they stay the right ones when the shader changes. */
export interface ExcerptSpec {
  /** Path below `shaders/`. */
  readonly file: string;
  /** A text that is in the first line, and in no other line of the file. */
  readonly from: string;
  /** A text that is in the last line, and in no line between. Left out, there is one line. */
  readonly to?: string;
}
