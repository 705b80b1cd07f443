import type { Detector, SensitiveSpan } from './sensitive-span.ts';

/** Characters of an IBAN by country. @see the IBAN registry of SWIFT, release 99 */
const lengths =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 ' +
  'GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 ' +
  'MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 ' +
  'UA29 VA22 VG24 XK20 YE30';
const lengthOf = new Map(lengths.split(' ').map((e) => [e.slice(0, 2), Number(e.slice(2))]));

const opening = /(?<![\p{L}\p{N}])[A-Za-z]{2}[0-9]{2}(?=[ \u00a0-]?[A-Za-z0-9])/gu;
const blank = /[ \u00a0\u202f-]/;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** In the account's own part; else a sentence could be one by accident. */
const fewestDigits = 6;

/** IBANs in one piece or in groups, of the length that their country writes and with the right check digits. */
export const ibans: Detector = {
  possible: ({ digits }) => digits >= fewestDigits + 2,
  find: (text) => [...text.matchAll(opening)].flatMap(({ index }) => readIban(text, index)),
};

/** Reads as many characters as the country's IBANs have, so that a word behind is not taken for a part. */
function readIban(text: string, start: number): SensitiveSpan[] {
  const length = lengthOf.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return [];
  let value = '';
  let end = start;
  while (value.length < length && end < text.length) {
    const char = text.charAt(end);
    if (/[A-Za-z0-9]/.test(char)) value += char.toUpperCase();
    else if (!blank.test(char) || blank.test(text.charAt(end - 1))) return [];
    end++;
  }
  if (value.length < length || letterOrDigit.test(text.charAt(end))) return [];
  const digits = value.slice(4).replace(/\D/g, '').length;
  if (digits < fewestDigits || remainder97(value) !== 1) return [];
  return [{ start, end, kind: 'iban', value }];
}

/** ISO 7064: the first four characters to the end, letters as 10 to 35. */
function remainder97(iban: string): number {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const digit = Number.parseInt(char, 36);
    rest = (rest * (digit > 9 ? 100 : 10) + digit) % 97;
  }
  return rest;
}
