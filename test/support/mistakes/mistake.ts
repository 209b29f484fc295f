/** An edit of a shader that makes it wrong, and where that must show. */
export interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly operation: string;
  readonly corner: string;
  readonly variant: string;
}
