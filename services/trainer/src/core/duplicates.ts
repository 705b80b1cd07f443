import { contentSha256, type Example } from '@millrace/shared/domain/example';
import { type Sifted, sift } from './sieve.ts';
import { textKey } from './text-key.ts';
import { textsOf } from './texts-of.ts';

/**
 * Drop examples that teach exactly what another does. The survivor is an original before a copy, then the smallest
 * (session id, example id): whatever the order of the input.
 */
export function dropDuplicates<E extends Example>(examples: readonly E[]): Sifted<E> {
  const survivors = new Map<string, E>();
  const hashes = new Map<E, string>();
  for (const example of examples) {
    const hash = contentSha256(example);
    hashes.set(example, hash);
    const other = survivors.get(hash);
    if (!other || comesFirst(example, other)) survivors.set(hash, example);
  }
  return sift(examples, (example) =>
    survivors.get(hashes.get(example) ?? '') === example ? null : 'duplicate',
  );
}

/** Share of examples that repeat another up to letter case and white space, 0 to 1. */
export function duplicateRatio(examples: readonly Example[]): number {
  const distinct = new Set(examples.map((e) => JSON.stringify(textsOf(e).map(textKey))));
  return examples.length === 0 ? 0 : 1 - distinct.size / examples.length;
}

function comesFirst(a: Example, b: Example): boolean {
  const key = (e: Example) => [e.parentId === null ? '0' : '1', e.key.sessionId, e.id];
  const [left, right] = [key(a), key(b)];
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? '';
    if (part !== other) return part < other;
  }
  return false;
}
