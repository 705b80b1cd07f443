import type { SensitiveKind, SensitiveSpan } from './sensitive-span.ts';

/** What a stretch is when several detectors claim it: the costliest leak first. */
const strength: readonly SensitiveKind[] = [
  'secret',
  'card',
  'iban',
  'ssn',
  'email',
  'phone',
  'ip',
  'name',
];

/** Sorted; spans that overlap become one of the stronger kind, with that one's value, over all of their length. */
export function disjoint(found: readonly SensitiveSpan[]): SensitiveSpan[] {
  if (found.length < 2) return [...found];
  const spans: SensitiveSpan[] = [];
  for (const span of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = spans.at(-1);
    if (last === undefined || span.start >= last.end) spans.push(span);
    else {
      const { kind, value } =
        strength.indexOf(span.kind) < strength.indexOf(last.kind) ? span : last;
      spans[spans.length - 1] = {
        start: last.start,
        end: Math.max(last.end, span.end),
        kind,
        value,
      };
    }
  }
  return spans;
}
