import type { SensitiveSpan } from '../sensitive-span.ts';
import { withoutTail } from '../without-tail.ts';
import { entropy } from './entropy.ts';

const quotes = '"\'`“”‘’';
const link = `[${quotes}]?\\]?(?:\\s{0,3}(?:=>|:=|={1,3}|:)|\\s{1,3}(?:is|was|are|will be)(?:\\s{0,2}:)?(?=\\s))`;
/** Group 1: how the two are joined; nothing where only a blank parts them. */
const joined = `(${link}|)\\s{0,3}(?:(?:now|still|just|simply|set to)\\s)?`;
/** Group 2: what stands in quotes; group 3: what does not. */
const value = `(?:[${quotes}]([^${quotes}\\n]{4,256})(?=[${quotes}])|(?<=[\\s=:>])([^\\s${quotes}<>]{4,512}))`;

/** `password is X`, `pwd: X`, `DB_PASSWORD=X`. */
const passwords = new RegExp(
  `(?:pass(?:word|wd|code|phrase|wort|\\s(?:word|phrase))|(?<![a-z])pass(?=\\s?[:=])|(?<![a-z])p(?:wd|w)|contraseña)s?(?:[_-][a-z0-9]{1,24}){0,3}${joined}${value}`,
  'giu',
);
/** `api_key = X`, `"clientSecret": "X"`, `the key is X`, `Bearer X`. */
const keys = new RegExp(
  `(?:(?:api|access|private|signing|encryption|account|secret)[ _-]?key|secret(?:[ _-]access[ _-]key)?|(?<![a-z])key|token|credentials?|bearer|authorization)s?(?:[_-][a-z0-9]{1,24}){0,3}${joined}(?:(?:bearer|basic|token)\\s{1,3})?${value}`,
  'giu',
);
/** In each match of the patterns above, in lower case. */
export const secretWords = [
  'pass',
  'pw',
  'contraseña',
  'key',
  'secret',
  'token',
  'credential',
  'bearer',
  'authorization',
];

/** Typed in the place of a secret, or the name of the place where it lies. */
const placeholder =
  /^(?:\[[A-Z][A-Z0-9_]*\](?![\p{L}\p{N}]).*|\*+|[x.•-]+|<.*|\$.*|%\w+%|\{.*|[/~].*|\.{1,2}\/.*|(?:your|my|the|some|insert|enter|change)[-_ ].*|(?:process|os|env|config|settings|self|this|import|getenv)[.([].*|[\w.]*\(.*|https?:.*|null|none|true|false|undefined|required|string|example)$/iu;
const sentence = '.,;:!?';
const trailing = `${sentence})]}&`;
/** What is said about a password, and is not it. */
const saidOf =
  /^(?:not|also|being|blank|correct|incorrect|wrong|right|invalid|valid|missing|needed|empty|secret|hidden|secure|strong|weak|same|different|random|unknown|always|never|only|really|simply|stored|root|user|admin|what|where|there|here|this|that|something|nothing|anything|optional|mandatory|long|short|safe|okay|fine|good|case|sensitive|password|because|when|from|with|your|mine|their|about|still|just|default|\w+(?:ed|ing|able|ly|en))$/i;

/** What surrounds a value. */
interface Around {
  readonly cue: string;
  readonly linked: string;
  readonly quoted: boolean;
  /** Nothing of the sentence follows. */
  readonly last: boolean;
}

/** Secrets that somebody says or assigns: `my password is X`, `API_KEY=X`, `Authorization: Bearer X`. */
export function saidSecrets(text: string): SensitiveSpan[] {
  return [
    ...[...text.matchAll(passwords)].flatMap((match) => judged(text, match, isPassword)),
    ...[...text.matchAll(keys)].flatMap((match) => judged(text, match, isKey)),
  ];
}

function judged(
  text: string,
  { 0: match, 1: linked = '', 2: inQuotes, 3: bare = '', index }: RegExpExecArray,
  isSecret: (secret: string, around: Around) => boolean,
): SensitiveSpan[] {
  const found = inQuotes ?? bare;
  const secret = inQuotes ?? withoutTail(bare, trailing);
  if (secret.length < 4 || placeholder.test(withoutTail(found, sentence))) return [];
  if (placeholder.test(secret)) return [];
  const start = index + match.length - found.length;
  const end = start + secret.length;
  const around = {
    cue: match.slice(0, match.length - found.length),
    linked: linked.trim(),
    quoted: inQuotes !== undefined,
    last: /^[.,;!?)]*\s*(?:$|\n)/.test(text.slice(end, end + 4)),
  };
  return isSecret(secret, around) ? [{ start, end, kind: 'secret', value: secret }] : [];
}

/**
 * One with a digit, a sign or mixed letters is a password; a word of a dictionary is one in quotes, behind `=`, and at the end of
 * what is said, unless it is said of passwords.
 */
function isPassword(secret: string, { linked, quoted, last }: Around): boolean {
  const hasDigit = /[0-9]/.test(secret);
  if (linked === '') return hasDigit && /\p{L}/u.test(secret) && /^[^\s/:.]+$/.test(secret);
  if (quoted) return true;
  if (!/^[A-Z]?[a-z'-]+$/.test(secret)) return hasDigit || hasSign(secret) || isMixed(secret);
  return linked.endsWith('=') ? secret.length >= 6 : last && !saidOf.test(secret);
}

const hasSign = (secret: string): boolean => /[!@#$%^&*_+=~]/.test(secret);
const isMixed = (secret: string): boolean => /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z]+$/.test(secret);

/** Least length; less where the word or the sign before it leaves no doubt. */
const leastKey = { said: 16, assigned: 11 };
const surely =
  /(?:bearer|basic|(?:api|access|private|signing|encryption|secret)[ _-]?(?:key|token)|secret)s?\W{0,6}$/i;
/** `Basic` and a pair in base64, `Bearer` and a token: they may lack digits. */
const scheme = /\b(?:basic|bearer)\s+$/i;

/** Long, of letters and digits, and mixed as only chance mixes: words with a number behind have under 3 bits a character. */
function isKey(secret: string, { cue }: Around): boolean {
  const isId = /^(?:0x)?[0-9a-f]+$/i.test(secret) && /^keys?\W/i.test(cue); // of a public key
  return (
    secret.length >= (surely.test(cue) ? leastKey.assigned : leastKey.said) &&
    /^[\w.~+/=:-]+$/.test(secret) &&
    (/[0-9]/.test(secret) || (scheme.test(cue) && isMixed(withoutPadding(secret)))) &&
    /[A-Za-z]/.test(secret) &&
    !/^(?:[a-z]+[-_./])+[a-z]*[0-9]{0,4}$/.test(secret) &&
    !isId &&
    entropy(secret) >= 3
  );
}

/** Base64 ends with two of them at most. */
const withoutPadding = (secret: string): string =>
  secret.endsWith('==') ? secret.slice(0, -2) : secret.endsWith('=') ? secret.slice(0, -1) : secret;
