import type { ChatTurn } from '@millrace/shared/domain/example';

export interface ChatText {
  readonly messages: readonly ChatTurn[];
  /** Turns behind the last assistant turn that trains, from which nothing can be learned. */
  readonly dropped: number;
}

/** The conversation up to its last assistant turn that trains, system prompts kept; null when no user was answered by one. */
export function chatOf(turns: readonly ChatTurn[]): ChatText | null {
  const end = turns.findLastIndex((turn) => turn.role === 'assistant' && turn.weight !== 0) + 1;
  const messages = turns.slice(0, end);
  if (!messages.some((turn) => turn.role === 'user')) return null;
  return { messages, dropped: turns.length - end };
}
