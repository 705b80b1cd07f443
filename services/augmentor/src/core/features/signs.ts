import { type FeatureGroup, ratio } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

/** What a text is written with. */
export const signs: FeatureGroup<
  TextFacts,
  'upper_case_share' | 'digit_share' | 'symbol_share' | 'emojis'
> = {
  docs: {
    upper_case_share: { unit: '0 to 1', meaning: 'Of the letters; 0 without letters.' },
    digit_share: { unit: '0 to 1', meaning: 'Of what is not blank.' },
    symbol_share: {
      unit: '0 to 1',
      meaning: 'Of what is not blank: what is neither letter, mark nor digit.',
    },
    emojis: { unit: 'emojis', meaning: 'Pictures, each code point counted.' },
  },
  of: ({ text }) => {
    const letters = countOf(text, /\p{L}/gu);
    const digits = countOf(text, /\p{N}/gu);
    const visible = countOf(text, /\S/gu);
    const symbols = countOf(text, /[^\s\p{L}\p{M}\p{N}]/gu);
    return {
      upper_case_share: ratio(countOf(text, /\p{Lu}/gu), letters),
      digit_share: ratio(digits, visible),
      symbol_share: ratio(symbols, visible),
      emojis: countOf(text, /\p{Extended_Pictographic}/gu),
    };
  },
};

const countOf = (text: string, sign: RegExp): number => text.match(sign)?.length ?? 0;
