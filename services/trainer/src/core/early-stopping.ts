/**
 * Whether to stop: the last `patience` checks have brought no loss below the best before them.
 * @param losses  of the same pairs, which are not trained on, at each check
 */
export function shouldStop(losses: readonly number[], patience: number): boolean {
  if (losses.length <= patience) return false;
  const before = Math.min(...losses.slice(0, -patience));
  return losses.slice(-patience).every((loss) => !(loss < before));
}
