import { matches, type Span, trimmed } from './span.ts';

/** Blocks before inline code, in one pattern: the end of a block must not open an inline one. An open block reaches to the end. */
const fenced = /```[\s\S]*?(?:```|$)|`[^`\n]+`/g;
const markup = /<[^<>\s][^<>]*>/g;
const placeholder =
  /\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{[\w.:$-]{0,64}\}|\[[A-Z][A-Z0-9_]{0,63}\]|%(?:\d{1,3}\$)?[sdifxj]\b/g;
const path = /(?<![^\s("'=])(?:[A-Za-z]:\\|\\\\|~?\/|\.{1,2}\/)[^\s"'<>|]+/g;
const word = /\S+/g;
/** Inside a word: what prose does not have. */
const codeLike = /[_/\\=<>{}[\]|^~@#$%&*+]|[\p{L}\p{N}][.:][\p{L}\p{N}]|^--?\p{L}/u;

/** Code in backticks, in the order of the text. Linear. */
export const codeBlocks = (text: string): Span[] => matches(text, 'code', fenced);

/** Code in backticks, markup, placeholders, paths, JSON, and words that look like code (`a_b`, `x/y`, `node.js`, `--flag`). */
export function codeSpans(text: string): Span[] {
  const words = matches(text, 'code', word).flatMap((span) => {
    const core = trimmed(text, span);
    return core !== null && codeLike.test(text.slice(core.start, core.end)) ? [core] : [];
  });
  const paths = matches(text, 'path', path).flatMap(
    (span) => trimmed(text, span, /[.,;:!?)]/) ?? [],
  );
  return [
    ...codeBlocks(text),
    ...matches(text, 'placeholder', placeholder),
    ...matches(text, 'code', markup),
    ...paths,
    ...jsonSpans(text),
    ...words,
  ];
}

/** Outermost balanced objects and arrays that hold a quoted text; one pass, brackets inside quotes are not told apart. */
function jsonSpans(text: string): Span[] {
  const spans: Span[] = [];
  const open: { bracket: string; start: number; quotes: number }[] = [];
  let quotes = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"') quotes++;
    else if (char === '{' || char === '[') open.push({ bracket: char, start: i, quotes });
    else if (char === '}' || char === ']') {
      const last = open.at(-1);
      if (last?.bracket !== (char === '}' ? '{' : '[')) continue;
      open.pop();
      if (quotes - last.quotes >= 2) spans.push({ kind: 'json', start: last.start, end: i + 1 });
    }
  }
  return spans;
}
