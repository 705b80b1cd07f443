import type { SensitiveSpan } from '../sensitive-span.ts';

const header = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const footer = /-----END [A-Z0-9 ]{0,48}-----/y;
/** What a key's body is made of, line breaks as characters or spelled. */
const body = /[A-Za-z0-9+/=\s\\:,-]{0,20000}/y;

/** PEM and PGP private keys from the first dash to the last; where the end is missing, as far as the base64 goes. */
export function privateKeys(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  let end = 0;
  for (const { 0: opening, index: start } of text.matchAll(header)) {
    if (start < end) continue;
    end = endOf(text, start + opening.length);
    spans.push({ start, end, kind: 'secret', value: text.slice(start, end) });
  }
  return spans;
}

function endOf(text: string, from: number): number {
  body.lastIndex = from;
  const within = from + (body.exec(text)?.[0].trimEnd().length ?? 0);
  const closing = text.slice(from, within).indexOf('-----END ');
  if (closing === -1) return within;
  footer.lastIndex = from + closing;
  const found = footer.exec(text);
  return found === null ? within : from + closing + found[0].length;
}
