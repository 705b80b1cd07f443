import type { Detector, SensitiveSpan } from './sensitive-span.ts';

interface Issuer {
  readonly prefix: RegExp;
  readonly lengths: readonly number[];
}

/** Numbers of digits by the first ones. @see ISO/IEC 7812 and the issuers' own ranges */
const issuers: readonly Issuer[] = [
  { prefix: /^4/, lengths: [13, 16, 19] }, // Visa
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { prefix: /^3[47]/, lengths: [15] }, // American Express
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 17, 18, 19] }, // Discover
  { prefix: /^(?:30[0-5]|3095|36|3[89])/, lengths: [14, 16] }, // Diners Club
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] }, // JCB
  { prefix: /^(?:62|81)/, lengths: [16, 17, 18, 19] }, // UnionPay
  { prefix: /^(?:50[018]|5[6-8]|6304|6759|676[1-3]|639|67)/, lengths: [16, 18, 19] }, // Maestro
  { prefix: /^(?:220[0-4]|60|508)/, lengths: [16] }, // Mir, RuPay
];
/** Of all of them. */
const firstDigits = /^[2-68]/;
const fewest = 13;
const most = 19;

const separator = '[ \\u00a0\\u2009\\u202f]{1,2}|[.\\u2010-\\u2013_/-]';
const groups = new RegExp(
  `(?<![\\p{L}\\p{N}]|[0-9a-fA-F]{8}-)[0-9]{1,19}(?:(?:${separator})[0-9]{1,19})*(?![\\p{L}\\p{N}])`,
  'gu',
);

/**
 * Card numbers: an issuer's first digits, its length, the Luhn sum, and a grouping that people write (one piece, equal
 * groups, 4-6-5). No cue is needed. Thirteen digits in one piece are a bar code more often than a card of old.
 */
export const cards: Detector = {
  possible: ({ digits }) => digits >= fewest,
  find: (text) => [...text.matchAll(groups)].flatMap(({ 0: run, index }) => inRun(run, index)),
};

/** A run may hold other numbers before and behind (an expiry date, a code): every stretch of whole groups is tried. */
function inRun(run: string, at: number): SensitiveSpan[] {
  const parts = [...run.matchAll(/[0-9]+/g)];
  const spans: SensitiveSpan[] = [];
  for (let first = 0; first < parts.length; first++) {
    if (!firstDigits.test(parts[first]?.[0] ?? '')) continue;
    const last = lastOfCard(run, parts, first);
    const start = parts[first]?.index;
    const end = parts[last];
    if (start === undefined || end === undefined) continue;
    const span = { start: at + start, end: at + end.index + end[0].length };
    const value = run.slice(start, end.index + end[0].length).replace(/[^0-9]/g, '');
    spans.push({ ...span, kind: 'card', value });
    first = last;
  }
  return spans;
}

/** Index of the last group of the longest card that begins with this group; -1 when none does. */
function lastOfCard(run: string, parts: readonly RegExpExecArray[], first: number): number {
  const sizes: number[] = [];
  let digits = '';
  let found = -1;
  let between: string | undefined;
  for (let i = first; i < parts.length && digits.length <= most; i++) {
    const part = parts[i];
    if (part === undefined) break;
    if (i > first) {
      const here = run.charAt(part.index - 1); // of two blanks the second
      between ??= here;
      if (here !== between) break;
    }
    digits += part[0];
    sizes.push(part[0].length);
    if (digits.length < fewest || !isCard(digits, sizes.length > 1)) continue;
    if (isGrouping(sizes)) found = i;
  }
  return found;
}

/** Equal groups, the last one may be shorter; multiples of four; American Express's and Diners Club's 4-6-5 and 4-6-4. */
function isGrouping(sizes: readonly number[]): boolean {
  const [size = 0, second = size] = sizes;
  const last = sizes.at(-1) ?? 0;
  if (sizes.length === 3 && size === 4 && second === 6) return true;
  if (second !== size && sizes.length > 2 && size % 4 !== 0) return false;
  return (
    (last <= size && sizes.every((other, i) => other === size || i === sizes.length - 1)) ||
    sizes.every((other) => other % 4 === 0)
  );
}

function isCard(digits: string, grouped: boolean): boolean {
  if (digits.length === 13 && !grouped) return false;
  return (
    luhn(digits) && issuers.some((i) => i.lengths.includes(digits.length) && i.prefix.test(digits))
  );
}

/** The sum of ISO/IEC 7812-1, annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const twice = digit * 2;
    sum += i % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}
