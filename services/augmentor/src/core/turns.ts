import type { ChatTurn } from '@millrace/shared/domain/example';
import type { Message } from '@millrace/shared/domain/session';

/**
 * A session as turns: messages that follow each other in one role are one turn, joined by a newline, which trains no more than
 * the least of them; blank ones say nothing and are left out.
 */
export function turnsOf(messages: readonly Message[]): ChatTurn[] {
  const turns: ChatTurn[] = [];
  for (const { role, content, weight } of messages) {
    if (content.trim() === '') continue;
    const last = turns.at(-1);
    if (last?.role === role) {
      const least = Math.min(last.weight ?? 1, weight ?? 1);
      turns[turns.length - 1] = turnOf(role, `${last.content}\n${content}`, least);
    } else turns.push(turnOf(role, content, weight ?? 1));
  }
  return turns;
}

const turnOf = (role: ChatTurn['role'], content: string, weight: number): ChatTurn =>
  weight === 1 ? { role, content } : { role, content, weight };
