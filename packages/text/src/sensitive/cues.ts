/** The words before a place, in the same clause: cues are looked for there. */
export function clauseBefore(text: string, at: number, length: number): string {
  const before = text.slice(Math.max(0, at - length), at);
  const end = lastMatch(before, /[!?;\n]|\.\s/g);
  return end === null ? before : before.slice(end.index + end[0].length);
}

/** The words behind a place, in the same clause. */
export function clauseAfter(text: string, at: number, length: number): string {
  const after = text.slice(at, at + length);
  const end = after.search(/[!?;\n]|\.(?:\s|$)/);
  return end === -1 ? after : after.slice(0, end);
}

/** @param pattern global */
export function lastMatch(text: string, pattern: RegExp): RegExpExecArray | null {
  return [...text.matchAll(pattern)].at(-1) ?? null;
}
