/** Whether a text asks: 1 with a question mark outside a link's query, else 0. */
export function question(text: string): Record<string, number> {
  return { question_mark: /\?(?:[\s"'”’)!?]|$)/.test(text) ? 1 : 0 };
}
