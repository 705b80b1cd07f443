import { clauseBefore } from './cues.ts';
import type { Detector, SensitiveSpan } from './sensitive-span.ts';

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
/** No letter, digit or name of a package before it, no fifth number, suffix of a package or letter behind it. */
const four = new RegExp(
  `(?<![\\p{L}\\p{N}_.]|[\\p{L}_]-)(?:${octet}\\.){3}${octet}(?![\\p{L}\\p{N}_]|\\.[0-9]|-(?![0-9]{1,3}\\.[0-9]{1,3}\\.)[\\p{L}\\p{N}])`,
  'gu',
);
const six = /(?<![\p{L}\p{N}_:.])(?:[0-9a-f]{1,4}|:):[0-9a-f:]{1,37}(?![\p{L}\p{N}_:])/giu;

const addressCue =
  /\b(?:ip(?:v[46])?|address|host|server|ping|dns|gateway|router|subnet|ssh|login|logged|connect\w*)\b/i;
const versionCue =
  /\b(?:v|ver|version|vers|release|releases|rel|rev|revision|build|kernel|firmware|driver|drivers|section|chapter|clause|update|package|patch|upgraded?(?:\s+to)?|installed)[.:]?\s*[("']?$/i;

/**
 * Addresses of the internet, those of documentation like any other. Addresses that everybody has at home (private, loopback,
 * link-local), netmasks and multicast name nobody. Four small numbers are a version unless a cue says address.
 */
export const ips: Detector = {
  possible: ({ dots, colons, digits }) => digits >= 1 && (dots >= 3 || colons >= 2),
  find: (text) => [
    ...[...text.matchAll(four)].flatMap((match) => judgedFour(text, match)),
    ...[...text.matchAll(six)].flatMap((match) => judgedSix(text, match)),
  ],
};

function judgedFour(text: string, { 0: value, index: start }: RegExpExecArray): SensitiveSpan[] {
  const octets = value.split('.').map(Number);
  const before = clauseBefore(text, start, 32);
  if (namesNobody(octets) || versionCue.test(before)) return [];
  if (octets.every((n) => n < 20) && !addressCue.test(before)) return [];
  return [{ start, end: start + value.length, kind: 'ip', value }];
}

function namesNobody([a = 0, b = 0]: readonly number[]): boolean {
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}

/** Without a cue only what is routed today (2000::/3): `dead::beef` is a name in a program as well. */
function judgedSix(text: string, { 0: found, index: start }: RegExpExecArray): SensitiveSpan[] {
  const address = found.replace(/(?<!:):$/, ''); // a colon of the sentence
  const value = address.toLowerCase();
  if (!isSix(value)) return [];
  const routed = /^[23][0-9a-f]{3}:/.test(value);
  const local = /^(?:::1?$|f[cdef])/.test(value);
  if (local || !(routed || (/[0-9]/.test(value) && addressCue.test(clauseBefore(text, start, 32)))))
    return [];
  return [{ start, end: start + address.length, kind: 'ip', value }];
}

/** Eight groups of one to four digits, or fewer with one `::`. */
function isSix(address: string): boolean {
  const halves = address.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return false;
  return halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8;
}
