import { nationalLength } from './calling-codes.ts';
import { type PhoneCue, phoneCue } from './phone-cues.ts';
import type { Detector, SensitiveSpan } from './sensitive-span.ts';

const international =
  /(?<![\p{L}\p{N}_+]|[0-9][-.])\+ ?\(?[1-9](?:[ .\u00a0()/–-]{0,3}[0-9]){6,16}/gu;
/** The longest run of groups; a shorter one inside a longer one is no number of its own. */
const national =
  /(?<![\p{L}\p{N}_+=]|[0-9][ .,:/–-]|[$€£#%])\(?[0-9](?:[ .\u00a0()/–-]{0,3}[0-9]){6,16}(?![\p{L}\p{N}_%]|[ .,:/–-][0-9])/gu;
const extension = /[ ,]{0,2}(?:ext\.?|extension|x) ?[0-9]{1,6}(?![\p{L}\p{N}])/iuy;

const northAmerican =
  /^(?:1[ .-]?)?(?:\([2-9][0-9]{2}\)[ .-]{0,2}|[2-9][0-9]{2}[ .\u00a0–/-])[2-9][0-9]{2}[ .\u00a0–-][0-9]{4}$/;
const northAmericanDigits = /^1?[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$/;
/** A trunk zero, its area, and the rest in groups of two and more. */
const trunk =
  /^(?:\(0[1-9][0-9]{0,4}\)[ /-]?|0[1-9][0-9]{0,4}[ .\u00a0–/-])[0-9]{2,8}(?:[ .\u00a0–-][0-9]{2,8}){0,4}$/;
/** In one piece, as the United Kingdom's mobiles are written. */
const britishMobile = /^07[1-9][0-9]{8}$/;
/** A count behind a number, not a group of it. */
const strayDigit = /(?<=[0-9]{3}) [0-9]$/;
/** An address or a mask of the internet. */
const dotted = /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/;
/** Dates, spans of years and of hours. */
const calendar =
  /^\(?(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4}|(?:1[0-9]|20)[0-9]{2} ?[–/-] ?(?:1[0-9]|20)[0-9]{2}|[012][0-9][0-5][0-9] ?[–-] ?[012][0-9][0-5][0-9])(?![0-9])/;

/**
 * Telephone numbers: with a country code; in the shape of North America; with a trunk zero in groups; any 7 to 15 digits
 * behind a word such as `call`, `mobile`, `text`. A message of ten digits and nothing else is one when North America could have it. Not where the nearest word says order,
 * account, reference and the like.
 */
export const phones: Detector = {
  possible: ({ digits }) => digits >= 7,
  find: (text) => [
    ...[...text.matchAll(international)].flatMap((match) => withCode(text, match)),
    ...[...text.matchAll(national)].flatMap((match) => withoutCode(text, match)),
  ],
};

/** As many whole groups as the country's numbers can have. */
function withCode(text: string, { 0: run, index: start }: RegExpExecArray): SensitiveSpan[] {
  const plan = nationalLength(digitsOf(run));
  if (plan === null) return [];
  const groupEnds = [...run.matchAll(/[0-9]+/g)].map((g) => g.index + g[0].length).reverse();
  for (const length of groupEnds) {
    const digits = digitsOf(run.slice(0, length).replace('(0)', ''));
    const count = digits.length - plan.code.length;
    if (count < plan.fewest || digits.length < 8) return [];
    if (count > plan.most + (digits.startsWith(`${plan.code}0`) ? 1 : 0)) continue;
    const end = start + length;
    if (/[\p{L}\p{N}_]/u.test(text.charAt(end)) || strayDigit.test(run.slice(0, length))) continue;
    return [spanOf(text, start, end, digits)];
  }
  return [];
}

function withoutCode(text: string, { 0: run, index }: RegExpExecArray): SensitiveSpan[] {
  if (calendar.test(run) || dotted.test(run)) return [];
  const start = index + (run.startsWith('(') && !run.includes(')') ? 1 : 0);
  const end = index + run.replace(strayDigit, '').length;
  const written = text.slice(start, end);
  const digits = digitsOf(written);
  const alone = text.length < 40 && text.trim() === written;
  if (!isPhone(written, digits, { alone, cue: phoneCue(text, start, end) })) return [];
  const value = northAmericanDigits.test(digits) ? digits.replace(/^1?/, '1') : digits;
  return [spanOf(text, start, end, value)];
}

function isPhone(
  written: string,
  digits: string,
  { alone, cue }: { readonly alone: boolean; readonly cue: PhoneCue },
): boolean {
  if (cue === 'other') return false;
  if (cue === 'phone') return digits.length <= 15;
  if (northAmerican.test(written) || britishMobile.test(written)) return true;
  if ((cue === 'number' || alone) && northAmericanDigits.test(digits)) return true;
  if (trunk.test(written)) return digits.length >= 9 && digits.length <= 11;
  return written !== digits && digits.startsWith('00') && hasCode(digits.slice(2));
}

function hasCode(digits: string): boolean {
  const plan = nationalLength(digits);
  const count = digits.length - (plan?.code.length ?? 0);
  return plan !== null && count >= plan.fewest && count <= plan.most && digits.length >= 9;
}

function spanOf(text: string, start: number, end: number, digits: string): SensitiveSpan {
  extension.lastIndex = end;
  const more = extension.exec(text)?.[0] ?? '';
  return { start, end: end + more.length, kind: 'phone', value: digits + digitsOf(more) };
}

const digitsOf = (text: string): string => text.replace(/[^0-9]/g, '');
