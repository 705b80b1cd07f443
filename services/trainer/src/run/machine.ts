import { availableParallelism, cpus } from 'node:os';
import type { Backend } from '@millrace/engine';

/** What computes: the last bits of a weight may depend on each. Names as in documents. */
export interface Machine {
  /** Library and device. */
  readonly backend: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
}

export const machineOf = ({ says }: Pick<Backend, 'says'>): Machine => ({
  backend: says,
  processor: cpus()[0]?.model.trim() ?? 'an unknown processor',
  cores: availableParallelism(),
  node: process.version,
});

/** What computed, in words: for the card, so that a figure can be placed. */
export function machineSays(of: Pick<Backend, 'says'>): string {
  const { backend, processor, cores, node } = machineOf(of);
  return `${backend}; ${cores} cores of ${processor}; Node ${node}`;
}
