/**
 * The parts of the attention's shader that say how operands reach threads. Of a thread with vectors g of
 * four queries and keys j of a tile: `score<g>_<j>` is their score, `weight<g>_<j>` its weight, and
 * `sum<g>_<v>` vector g's sum of the thread's value v.
 */
export interface OperandPassing {
  /** Extensions. */
  readonly enables: string;
  /** Workgroup memory and what fills it. */
  readonly declarations: string;
  /** Further arguments of the entry point. */
  readonly builtins: string;
  /** Says which `row` and `column` the thread is. */
  readonly place: string;
  /** What is kept for all keys. */
  readonly hold: string;
  /** Adds to the scores of the tile that begins at `tile`. */
  readonly scores: string;
  /** Says `larger<g>`: the largest score of each query so far, which all columns know. */
  readonly maxima: string;
  /** Adds the tile's weighted values to the sums. */
  readonly values: string;
  /** Says `whole_sum<g>`: each query's sum of weights over all columns. */
  readonly sums: string;
}
