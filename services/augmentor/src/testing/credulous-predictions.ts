/** Answers of a masked language model that expects every word in every place: whatever a real one says, it proposes no more. */
export const credulousPredictions: ReadonlyMap<string, number> = new (class extends Map<
  string,
  number
> {
  override get(): number {
    return -1;
  }
})();
