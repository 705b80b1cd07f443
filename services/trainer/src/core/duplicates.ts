import { contentSha256, type Example } from '@millrace/shared/domain/example';
import { nearCopies, normalise } from '@millrace/text';
import { type Sifted, sift } from './sieve.ts';
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

/**
 * Drop the originals that nearly say what another one says, words of both sides together; a copy follows its original
 * (limitCopies). The survivor is the smallest (content hash, session id, id): whatever the order of the input. Two
 * near-duplicate sessions fall example by example, so what one of them alone says is still learned from. 2 s for 10,000.
 */
export function dropNearDuplicates<E extends Example>(examples: readonly E[]): Sifted<E> {
  const originals = examples
    .filter((example) => example.parentId === null)
    .map((example) => {
      const { key, id } = example;
      return { id, rank: [contentSha256(example), key.sessionId, id].join(), example };
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const copies = nearCopies(originals.map(({ example }) => textsOf(example).join('\n')));
  const dropped = new Set(originals.flatMap(({ id }, at) => (copies[at] ? [id] : [])));
  return sift(examples, (example) => (dropped.has(example.id) ? 'near_duplicate' : null));
}

/** Share of examples that repeat another up to letter case and white space, 0 to 1. */
export function duplicateRatio(examples: readonly Example[]): number {
  const distinct = new Set(examples.map((e) => normalise(textsOf(e).join('\n'))));
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
