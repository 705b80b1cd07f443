import type { ChatTurn } from '@millrace/shared/domain/example';
import { conversation } from './conversation.ts';
import { lengths } from './lengths.ts';
import { question } from './question.ts';
import { vocabulary } from './vocabulary.ts';

export type Features = Readonly<Record<string, number>>;

export interface PairContext {
  /** Messages of the cleaned session. */
  readonly sessionMessages: number;
  readonly position: number;
}

/** Figures of a pair: those of both texts by prefix, and where in its session it stands. */
export function pairFeatures(anchor: string, positive: string, context: PairContext): Features {
  const [words, replyWords] = [lengths(anchor)['words'] ?? 0, lengths(positive)['words'] ?? 0];
  return {
    ...prefixed('anchor', textFeatures(anchor)),
    ...prefixed('positive', textFeatures(positive)),
    reply_word_ratio: replyWords / Math.max(1, words),
    session_messages: context.sessionMessages,
    position: context.position,
  };
}

/** Figures of a chat: of all its text, and of its turns. */
export function chatFeatures(
  turns: readonly ChatTurn[],
  context: { readonly sessionMessages: number; readonly dropped: number },
): Features {
  const text = turns.map((turn) => turn.content).join('\n');
  return {
    ...textFeatures(text),
    ...conversation(turns),
    session_messages: context.sessionMessages,
    trailing_turns_dropped: context.dropped,
  };
}

const textFeatures = (text: string): Features => ({
  ...lengths(text),
  ...vocabulary(text),
  ...question(text),
});

const prefixed = (prefix: string, features: Features): Features =>
  Object.fromEntries(Object.entries(features).map(([name, value]) => [`${prefix}_${name}`, value]));
