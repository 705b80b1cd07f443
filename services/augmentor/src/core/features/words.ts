const word = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/** Words of a text in lower case, in order: letters and figures, inner apostrophes and hyphens included. */
export function wordsOf(text: string): string[] {
  return Array.from(text.matchAll(word), (match) => match[0].toLowerCase());
}
