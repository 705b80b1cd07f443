/**
 * How good a text is to learn from, in [0, 1]: the mean of two shares.
 * - legible: letters, digits and pictographs among the visible characters, full from one half on;
 * - varied: distinct words against 0.6 n^0.85, what plain prose of n words has at least (Heaps' law), full from there on.
 * A text without a word is judged by its legibility alone; one without a visible character is 0.
 * @param words its vocabulary, repeats included (vocabularyOf)
 */
export function textQuality(text: string, words: readonly string[]): number {
  const visible = text.replace(/\s+/gu, '');
  if (visible === '') return 0;
  const rest = visible.replace(
    /[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}]+|\u200d/gu,
    '',
  );
  const legible = Math.min(1, (2 * (visible.length - rest.length)) / visible.length);
  if (words.length === 0) return legible;
  const varied = Math.min(1, new Set(words).size / (0.6 * words.length ** 0.85));
  return (legible + varied) / 2;
}
