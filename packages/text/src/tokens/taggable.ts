import type { Span } from '../spans/span.ts';

/** wink is quadratic in stretches without a blank: 20,000 dashes take 3 s, of which only 64 are worth reading. */
const longestRun = 64;
/** UTF-16 units of a message that are tagged; nothing is changed behind them. */
const longestText = 20_000;

/**
 * A text of equal length and offsets for the tagger: each protected span stands as one plain word or figure padded with
 * blanks (both taggers read code as a verb otherwise), names stay, what would make the tagger slow is blank.
 */
export function taggable(text: string, spans: readonly Span[]): string {
  let masked = '';
  let at = 0;
  for (const span of spans) {
    masked += text.slice(at, span.start);
    masked += stand(span, text.slice(span.start, span.end));
    at = span.end;
  }
  masked += text.slice(at);
  return masked
    .slice(0, longestText)
    .replace(/\S{65,}/gu, (run) => run.slice(0, longestRun).padEnd(run.length));
}

function stand(span: Span, found: string): string {
  if (span.kind === 'name' && found.length <= longestRun) return found;
  const word = span.kind === 'number' ? '0' : found.length >= 4 ? 'item' : 'x';
  return word.padEnd(found.length);
}
