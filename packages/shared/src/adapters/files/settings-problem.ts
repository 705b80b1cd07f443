import type { z } from 'zod';

/** Sentences for one problem: place in the file, what is wrong, and the way out. */
export function settingsProblem(
  issue: z.core.$ZodIssue,
  { given, known }: { readonly given: unknown; readonly known: unknown },
): string {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const own = Object.keys(at(known, issue.path) ?? {});
    return issue.keys
      .map((key) => `${[place, key].filter(Boolean).join('.')}: ${unknownKey(key, own)}`)
      .join('\n');
  }
  return `${place || 'the file'}: ${issue.message}${itIs(at(given, issue.path))}`;
}

function unknownKey(key: string, own: readonly string[]): string {
  const [nearest] = own
    .map((name) => ({ name, distance: editDistance(key, name) }))
    .sort((a, b) => a.distance - b.distance);
  const near = nearest !== undefined && nearest.distance <= Math.max(1, key.length / 3);
  return near
    ? `unknown setting, is ${nearest.name} meant?`
    : 'unknown setting, remove it or correct its name';
}

/** Numbers and truth values are shown; a text may be a password. */
function itIs(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? ` (it is ${value})` : '';
}

function at(document: unknown, path: readonly PropertyKey[]): object | unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    document,
  );
}

/** Levenshtein's: insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
