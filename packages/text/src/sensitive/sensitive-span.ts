export type SensitiveKind = 'email' | 'phone' | 'card' | 'iban' | 'ip' | 'ssn' | 'name' | 'secret';

/** What names, reaches or opens somebody's door, [start, end) in UTF-16 units. */
export interface SensitiveSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: SensitiveKind;
  /** Equal for two spellings of one thing: e-mails in lower case, phones and cards by digits. */
  readonly value: string;
}

/** One kind of thing, and what a text must have before it pays to look for it. */
export interface Detector {
  /** False only for a text in which find() finds nothing; costs next to nothing. */
  readonly possible: (traits: Traits) => boolean;
  /** Linear in the length of the text. */
  readonly find: (text: string) => SensitiveSpan[];
}

/** What one pass over a text tells about it. */
export interface Traits {
  /** In lower case, for words. */
  readonly lower: string;
  /** How many of 0 to 9. */
  readonly digits: number;
  /** How many full stops and colons. */
  readonly dots: number;
  readonly colons: number;
  /** UTF-16 units of the longest stretch of visible ASCII characters. */
  readonly longestRun: number;
}
