/** A text without the given characters at its end. A pattern for this (`[.,]+$`) would try every run of them anew. */
export function withoutTail(text: string, tail: string): string {
  let end = text.length;
  while (end > 0 && tail.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
