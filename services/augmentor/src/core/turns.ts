import type { ChatTurn } from '@millrace/shared/domain/example';
import type { Message } from '@millrace/shared/domain/session';

/** A session as turns: messages that follow each other in one role are one turn, joined by a newline; blank ones say nothing and are left out. */
export function turnsOf(messages: readonly Message[]): ChatTurn[] {
  const turns: ChatTurn[] = [];
  for (const { role, content } of messages) {
    if (content.trim() === '') continue;
    const last = turns.at(-1);
    if (last?.role === role) {
      turns[turns.length - 1] = { role, content: `${last.content}\n${content}` };
    } else turns.push({ role, content });
  }
  return turns;
}
