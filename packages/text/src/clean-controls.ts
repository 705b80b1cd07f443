export interface CleanedControls {
  readonly text: string;
  /** What was taken out or replaced: code and offset in the text as received. */
  readonly found: readonly { readonly code: string; readonly at: number }[];
}

/**
 * Candidates; most are judged by their neighbours. An escape sequence of a terminal and a flag of tag characters
 * (Scotland) are taken as a whole. With the `u` flag the surrogate range means halves of no pair.
 */
const candidate =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /\u001b\[[0-?]{0,32}[ -/]{0,8}[@-~]|\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f}|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

const rightToLeft =
  /(?=\p{L})[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Scripts in which a joiner or non-joiner changes how a word is written. */
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tibetan}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Scripts that write no blanks, so that a space without width marks where a line may break. */
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const joinsBefore = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Variation_Selector}]/u;
const joinsAfter = /\p{Extended_Pictographic}/u;

/**
 * The text without characters that show nothing and mean nothing: C0 and C1 controls (tab and line ends stay; VT, FF
 * and NEL become a line end), terminal sequences, byte order marks, overrides of direction, stray joiners, spaces
 * without width, hidden tags. Half a surrogate pair becomes U+FFFD. Joiners in emoji and in scripts that need them,
 * hyphens of syllables and direction marks beside right-to-left letters stay. Linear; applied twice it changes nothing more.
 */
export function cleanControls(received: string): CleanedControls {
  const found: { code: string; at: number }[] = [];
  let hasRightToLeft: boolean | null = null;
  const text = received.replace(candidate, (match: string, at: number) => {
    hasRightToLeft ??= rightToLeft.test(received);
    if (belongs(match, received, at, hasRightToLeft)) return match;
    found.push({ code: codeOf(match), at });
    if (match === '\u000b' || match === '\u000c' || match === '\u0085') return '\n';
    return match.isWellFormed() ? '' : '\ufffd';
  });
  return { text, found };
}

/** `U+0000 x2, U+FEFF x1`, at most eight codes. */
export function tally(found: CleanedControls['found']): string {
  const counts = new Map<string, number>();
  for (const { code } of found) counts.set(code, (counts.get(code) ?? 0) + 1);
  const shown = [...counts].slice(0, 8).map(([code, n]) => `${code} x${n}`);
  return counts.size > 8 ? `${shown.join(', ')}, ...` : shown.join(', ');
}

function belongs(match: string, text: string, at: number, hasRightToLeft: boolean): boolean {
  if (match.length > 2) return match.startsWith('\u{1f3f4}');
  const before = characterBefore(text, at);
  const after = characterAt(text, at + match.length);
  switch (match) {
    case '\u200d':
      return (joinsBefore.test(before) && joinsAfter.test(after)) || joining.test(before);
    case '\u200c':
      return joining.test(before);
    case '\u200b':
      return unspaced.test(before) || unspaced.test(after);
    case '\u00ad': // a syllable has two letters at least; one between every letter hides the word
      return (
        /\p{L}{2}$/u.test(text.slice(Math.max(0, at - 4), at)) &&
        /^\p{L}{2}/u.test(text.slice(at + 1, at + 5))
      );
    case '\u200e':
    case '\u200f':
    case '\u061c':
    case '\u202a':
    case '\u202b':
    case '\u202c':
    case '\u2066':
    case '\u2067':
    case '\u2068':
    case '\u2069':
      return hasRightToLeft;
    default:
      return false;
  }
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  return characterAt(text, unit >= 0xdc00 && unit < 0xe000 && at > 1 ? at - 2 : at - 1);
}

/** Hidden tags are letters in disguise: told as one code, for a code each would spell them. */
const codeOf = (match: string): string => {
  const code = match.codePointAt(0) ?? 0;
  if (code >= 0xe0000) return 'U+E0000 to U+E007F';
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
};
