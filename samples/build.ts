import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Conversation, readConversations } from './conversation-file.ts';
import { oddities } from './oddities.ts';
import { sessionOf } from './session-of.ts';

/** One line of samples/sessions.jsonl, with what it is made to carry. */
export interface SampleLine {
  readonly title: string;
  readonly oddity: string | null;
  readonly text: string;
}

/** The sample sessions, always the same: the odd ones lie among the others, every fourth line. */
export function sampleLines(): SampleLine[] {
  const conversations = readConversations(path.join(import.meta.dirname, 'conversations'));
  return interleaved(conversations).map((conversation, index) => {
    const oddity = conversation.oddity === null ? undefined : oddities.get(conversation.oddity);
    if (conversation.oddity !== null && oddity === undefined) {
      throw new RangeError(`there is no oddity named ${conversation.oddity}`);
    }
    const session = sessionOf(conversation, index);
    oddity?.spoil?.(session);
    const line = JSON.stringify(session);
    return {
      title: conversation.title,
      oddity: conversation.oddity,
      text: oddity?.spoilLine?.(line) ?? line,
    };
  });
}

function interleaved(conversations: readonly Conversation[]): Conversation[] {
  const odd = conversations.filter((c) => c.oddity !== null);
  const rest = conversations.filter((c) => c.oddity === null);
  const mixed: Conversation[] = [];
  while (rest.length > 0 || odd.length > 0) mixed.push(...rest.splice(0, 3), ...odd.splice(0, 1));
  return mixed;
}

if (import.meta.main) {
  const lines = sampleLines();
  writeFileSync(
    path.join(import.meta.dirname, 'sessions.jsonl'),
    lines.map((line) => `${line.text}\n`).join(''),
  );
  process.stdout.write(`${lines.length} sessions\n`);
}
