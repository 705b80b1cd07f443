import type { ChatTurn } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import { chatOf } from './chats.ts';
import { turnsOf } from './turns.ts';

/** The conversation that an LLM learns from; null when no user was answered. */
export const conversationOf = ({
  messages,
}: Pick<CleanSession, 'messages'>): readonly ChatTurn[] | null =>
  chatOf(turnsOf(messages))?.messages ?? null;
