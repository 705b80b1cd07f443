/** One session document of a file, its bytes as they are. */
export interface SessionLine {
  /** From 1; of an array, the number of the element. A blank line is a line. */
  readonly number: number;
  readonly bytes: Uint8Array;
}
