/** The package ships no types: the one function used here. */
declare module 'ml-cross-validation' {
  /**
   * Calls back once for each sample, with all others to train on; synchronous.
   * @returns confusion matrix of the given labels (rows) and the returned ones
   */
  export function leaveOneOut<Sample, Label>(
    samples: readonly Sample[],
    labels: readonly Label[],
    predict: (train: Sample[], trainLabels: Label[], test: Sample[]) => Label[],
  ): unknown;
}
