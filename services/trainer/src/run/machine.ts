import { availableParallelism, cpus } from 'node:os';
import type { Backend } from '@millrace/engine';

/** What computed, in words: for the card, so that a figure can be placed. */
export function machineSays(backend: Backend): string {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return `${backend.says}; ${availableParallelism()} cores of ${model}; Node ${process.version}`;
}
