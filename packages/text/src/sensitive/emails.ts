import type { Detector, SensitiveSpan } from './sensitive-span.ts';

const letter = '\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}';
const local = `(?<![${letter}_%+])[${letter}_%+](?:[${letter}._%+'’-]{0,62}[${letter}_%+-])?`;
/** A top-level domain in Latin letters ends where they end, also before a script that writes no blanks. */
const domain = `(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24}(?![a-z0-9])|\\p{L}{2,24})`;
const address = new RegExp(`${local}@${domain}`, 'giu');

/** What stands behind an @ and a dot in names of files and of services, and is no top-level domain. */
const noDomain =
  /\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|pdf|css|jsx?|tsx?|json|ya?ml|html?|service|socket|timer|mount|target)$/i;
/** `git@host:owner/name`, a place to copy from. */
const remotePath = /:[\w.~-]{0,64}\//y;

/**
 * E-mail addresses, reserved domains like any other. No e-mail: a place that a program copies from (`git@host:path`), the user of a URL (`ssh://git@host`), a file
 * (`logo@2x.png`).
 */
export const emails: Detector = {
  possible: ({ lower }) => lower.includes('@'),
  find: (text) => [...text.matchAll(address)].flatMap((match) => judged(text, match)),
};

function judged(text: string, match: RegExpExecArray): SensitiveSpan[] {
  const [found] = match;
  const start = match.index;
  const end = start + found.length;
  remotePath.lastIndex = end;
  if (noDomain.test(found) || text.startsWith('//', start - 2) || remotePath.test(text)) return [];
  return [{ start, end, kind: 'email', value: found.toLowerCase() }];
}
