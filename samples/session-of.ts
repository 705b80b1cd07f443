import { createHash } from 'node:crypto';
import type { Conversation } from './conversation-file.ts';

/** What a message of a sample may hold; oddities replace members by what does not belong there. */
export interface SampleMessage {
  role: string;
  content: unknown;
  timestamp: unknown;
  tool_calls?: unknown;
}

export interface SampleSession {
  session_id?: string;
  user_id?: string;
  conversation_data: {
    messages: SampleMessage[];
    metadata: Record<string, string>;
  };
}

const users = 60;
const firstStart = Date.UTC(2025, 2, 3, 7, 0, 0);
const hour = 3_600_000;

/** The session of a conversation, in the document's shape, with times as of people who read and type. */
export function sessionOf(conversation: Conversation, index: number): SampleSession {
  const id = `sample-${conversation.title.replace(/[^a-z0-9]+/g, '-')}`;
  // a start every five hours or so, between seven in the morning and eleven at night
  const day = Math.floor(index / 3);
  let at = firstStart + day * 24 * hour + (index % 3) * 5 * hour + pick(id, 0, 5 * hour);
  const messages = conversation.turns.map((content, turn) => {
    const role = turn % 2 === 0 ? 'user' : 'assistant';
    if (turn > 0) at += waitMs(id, turn, role, content.length);
    return { role, content, timestamp: instant(at) };
  });
  return {
    session_id: id,
    user_id: `user-${String(((index * 37) % users) + 1).padStart(2, '0')}`,
    conversation_data: {
      messages,
      metadata: {
        session_id: id,
        start_time: String(messages[0]?.timestamp),
        end_time: String(messages.at(-1)?.timestamp),
      },
    },
  };
}

/** Reading, thinking and typing: 25 s and 0.4 s a letter for people, 18 s and 0.3 s for the desk; half as long again at most. */
function waitMs(id: string, turn: number, role: string, letters: number): number {
  const base = role === 'user' ? 25_000 + letters * 400 : 18_000 + letters * 300;
  return base + pick(`${id}/${turn}`, 0, base / 2);
}

/** Whole milliseconds in [from, to) by the text alone: the file is the same whenever it is made. */
function pick(text: string, from: number, to: number): number {
  const share = createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
  return Math.floor(from + share * (to - from));
}

export const instant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
