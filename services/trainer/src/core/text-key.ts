/** What makes two texts the same for training: equal up to Unicode form, letter case and white space. */
export function textKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
