import type { Traits } from './sensitive-span.ts';

/** What the filters ask; one pass. */
export function traitsOf(text: string): Traits {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits++;
  }
  return { lower: text.toLowerCase(), digits };
}
