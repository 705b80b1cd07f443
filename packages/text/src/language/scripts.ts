/** A script other than Latin, and the languages that are taken for it when a text is too short to tell. */
export interface Script {
  readonly languages: readonly string[];
  /** Runs of its letters, with the marks on them; a mark alone is of no script. */
  readonly run: RegExp;
  /** Latin letters that one of its characters is worth: a Chinese one is a word. */
  readonly weight: number;
}

const script = (classes: string, languages: string, weight = 1): Script => ({
  languages: languages.split(' '),
  run: new RegExp(`[${classes}][${classes}\\p{M}]*`, 'gu'),
  weight,
});

/** By what they cover in chat. Kana stand with Han: Japanese uses both. */
export const scripts: readonly Script[] = [
  script('\\p{Script=Cyrillic}', 'ru uk be bg sr'),
  script('\\p{Script=Arabic}', 'ar fa ur ku'),
  script('\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Han}', 'zh ja', 3),
  script('\\p{Script=Hangul}', 'ko', 3),
  script('\\p{Script=Greek}', 'el'),
  script('\\p{Script=Hebrew}', 'he'),
  script('\\p{Script=Devanagari}', 'hi mr'),
  script('\\p{Script=Thai}', 'th'),
  script('\\p{Script=Bengali}', 'bn'),
  script('\\p{Script=Tamil}', 'ta'),
  script('\\p{Script=Telugu}', 'te'),
  script('\\p{Script=Georgian}', 'ka'),
  script('\\p{Script=Armenian}', 'hy'),
  script('\\p{Script=Ethiopic}', 'am'),
  script('\\p{Script=Gujarati}', 'gu'),
  script('\\p{Script=Gurmukhi}', 'pa'),
  script('\\p{Script=Kannada}', 'kn'),
  script('\\p{Script=Malayalam}', 'ml'),
  script('\\p{Script=Oriya}', 'or'),
  script('\\p{Script=Lao}', 'lo'),
];
