import { conversationOf } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { ChatTurn } from '@millrace/shared/domain/example';
import { sessionVersions } from '../core/session-versions.ts';
import { cleanSessions } from '../steps/clean.ts';
import { judge } from '../steps/validate.ts';
import { sessionLines } from './session-lines.ts';

/** The conversations of a file that an LLM would learn from, validated and cleaned, by session id. */
export interface FileChats {
  readonly chats: readonly { readonly id: string; readonly messages: readonly ChatTurn[] }[];
  readonly rejected: number;
  /** Kept sessions in which no user was answered. */
  readonly unanswered: number;
  /** Lines out of which no session could be read. */
  readonly dead: number;
}

/** @throws UserError when the file cannot be read */
export async function fileChats(
  file: string,
  { settings, source }: { readonly settings: Settings; readonly source: string },
): Promise<FileChats> {
  const { newest, dead } = await sessionVersions(sessionLines(file), source);
  const judged = judge(newest, settings);
  const kept = cleanSessions(judged);
  const chats = kept.flatMap((session) => {
    const messages = conversationOf(session);
    return messages === null ? [] : [{ id: session.key.sessionId, messages }];
  });
  return {
    chats,
    rejected: newest.length - kept.length,
    unanswered: kept.length - chats.length,
    dead: dead.length,
  };
}
