/** The package ships no types: the functions used here. */
declare module 'ml-cross-validation' {
  interface ConfusionMatrix<Label> {
    /** Row: the actual label; column: the predicted one; both in the order of `labels`. */
    readonly matrix: readonly (readonly number[])[];
    readonly labels: readonly Label[];
  }

  /**
   * Calls back once for each choice of p samples, with all others to train on; synchronous.
   * @returns confusion matrix of the given labels (rows) and the returned ones; a label that no sample has is lost
   */
  export function leavePOut<Sample, Label>(
    samples: readonly Sample[],
    labels: readonly Label[],
    p: number,
    predict: (train: Sample[], trainLabels: Label[], test: Sample[]) => Label[],
  ): ConfusionMatrix<Label>;
}
