import type { Traits } from './sensitive-span.ts';

/** What the filters ask; one pass. */
export function traitsOf(text: string): Traits {
  let digits = 0;
  let dots = 0;
  let colons = 0;
  let run = 0;
  let longestRun = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x20 && code < 0x7f) {
      if (++run > longestRun) longestRun = run;
    } else run = 0;
    if (code >= 0x30 && code <= 0x39) digits++;
    else if (code === 0x2e) dots++;
    else if (code === 0x3a) colons++;
  }
  return { lower: text.toLowerCase(), digits, dots, colons, longestRun };
}
