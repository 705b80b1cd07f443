import type { Example } from '@millrace/shared/domain/example';
import { families } from './sieve.ts';

/**
 * At most `limit` examples, whole families drawn by salt; the order of the input stays.
 * @param salt what the draw depends on beside the examples themselves
 */
export function sample<E extends Example>(
  examples: readonly E[],
  { limit, salt }: { readonly limit: number; readonly salt: string | number },
): readonly E[] {
  if (examples.length <= limit) return examples;
  const drawn = new Set<E>();
  for (const family of families(examples, salt)) {
    if (drawn.size + family.length > limit) break;
    for (const example of family) drawn.add(example);
  }
  return examples.filter((example) => drawn.has(example));
}
