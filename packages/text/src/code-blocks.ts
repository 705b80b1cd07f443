import { codeBlocks } from './spans/code.ts';

/** The text with `change` applied to what is not code in backticks; code stays byte for byte. Linear. */
export function outsideCode(text: string, change: (prose: string) => string): string {
  if (!text.includes('`')) return change(text);
  let out = '';
  let at = 0;
  for (const { start, end } of codeBlocks(text)) {
    out += change(text.slice(at, start)) + text.slice(start, end);
    at = end;
  }
  return out + change(text.slice(at));
}
