/** Which low-rank updates are trained beside the frozen matrices of a net (LoRA, arXiv:2106.09685). */
export interface LoraOptions {
  /** Rows of A and columns of B: the update of a matrix is B · A. */
  readonly rank: number;
  /** The update is scaled by alpha / rank. */
  readonly alpha: number;
  /**
   * Share of the numbers that training drops from what A sees; 0 drops nothing. Modules that share their input, such as
   * query, key and value, drop the same.
   */
  readonly dropout: number;
  /** Last parts of the names of the matrices, such as `q_proj`. */
  readonly targetModules: readonly string[];
  /** Scale by alpha / sqrt(rank) instead (rsLoRA, arXiv:2312.03732). */
  readonly rankStabilised: boolean;
  /** Draws the first A; the first B is zero, so training starts at the base model. 0 to 2^32 - 1 */
  readonly seed: number;
}

/** What `B · A` is multiplied with. */
export function loraScale({
  rank,
  alpha,
  rankStabilised,
}: Pick<LoraOptions, 'rank' | 'alpha' | 'rankStabilised'>): number {
  return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
}

/** @throws RangeError that names the option which makes no sense */
export function checkLora(options: LoraOptions, modules: readonly string[]): void {
  const { rank, alpha, dropout, targetModules, seed } = options;
  if (!(Number.isInteger(rank) && rank > 0)) throw new RangeError(`lora rank is ${rank}`);
  if (!(alpha > 0)) throw new RangeError(`lora alpha is ${alpha}, must be above 0`);
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(`lora dropout is ${dropout}, must be from 0 below 1`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new RangeError(`lora seed is ${seed}, must be a whole number from 0 to 2^32 - 1`);
  }
  if (targetModules.length === 0) throw new RangeError('lora has no target module');
  const unknown = targetModules.find((module) => !modules.includes(module));
  if (unknown !== undefined) {
    throw new RangeError(`there is no module ${unknown}; there are ${modules.join(', ')}`);
  }
}
