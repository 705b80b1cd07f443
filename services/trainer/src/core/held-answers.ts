import type { ChatExample, ChatTurn } from '@millrace/shared/domain/example';
import { nearCopyThreshold, nearPlaces } from '@millrace/text';
import { textKey } from './text-key.ts';

export interface UnheldChats {
  readonly chats: readonly { readonly id: string; readonly messages: readonly ChatTurn[] }[];
  /** Answers that are context only. */
  readonly masked: number;
}

/**
 * The chats of the training side, in which answers that also stand, or nearly, on the holdout side are context only: a
 * model is never measured on what it was trained on.
 */
export function withoutHeldAnswers(
  train: readonly ChatExample[],
  holdout: readonly ChatExample[],
): UnheldChats {
  const held = [...new Set(holdout.flatMap(answersOf))];
  const own = [...new Set(train.flatMap(answersOf))];
  const places = [...held.map(() => onHoldout), ...own.map(() => onTrain)];
  const near = nearPlaces([...held, ...own], places, nearCopyThreshold).slice(held.length);
  const equal = new Set(held);
  const known = new Set(own.filter((key, i) => equal.has(key) || near[i]?.has(0)));
  let masked = 0;
  const chats = train.map(({ id, messages }) => ({
    id,
    messages: messages.map((turn): ChatTurn => {
      if (turn.role !== 'assistant' || !known.has(textKey(turn.content))) return turn;
      if (turn.weight !== 0) masked += 1;
      return { ...turn, weight: 0 };
    }),
  }));
  return { chats, masked };
}

const onHoldout = new Set([0]);
const onTrain = new Set([1]);

const answersOf = ({ messages }: ChatExample): readonly string[] =>
  messages.flatMap(({ role, content }) => (role === 'assistant' ? [textKey(content)] : []));
