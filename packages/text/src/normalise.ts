/** A text as it is compared for equality: NFC, lower case, runs of blanks as one, none at the ends. */
export function normalise(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
