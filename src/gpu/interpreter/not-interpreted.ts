/** Code that the interpreter cannot run, at a place of the linked text. */
export class NotInterpreted extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}
