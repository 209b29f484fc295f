/**
 * `clip`: the statistics, three steps a tile; the row blocks' columns put together; the losses; then each tile once more for
 * the gradient of x, and once more for that of y, whose kernel owns columns and walks rows. `siglip` has no statistics: its
 * losses are summed on the way to x's gradient, and added up at the end.
 */
export type ContrastivePhase =
  | 'logits'
  | 'rows'
  | 'columns'
  | 'merge'
  | 'losses'
  | 'x-weights'
  | 'x-gradient'
  | 'y-weights'
  | 'y-gradient';
