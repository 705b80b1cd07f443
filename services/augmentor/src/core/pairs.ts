import type { ChatTurn } from '@millrace/shared/domain/example';

export interface Pair {
  readonly anchor: string;
  readonly positive: string;
  /** Place among the session's user turns, from 0. */
  readonly position: number;
}

/**
 * What a user said and the reply that directly followed. Turns of system and tool are in no pair, and a user turn
 * with one of them before its reply has none.
 * @returns `unanswered`: user turns without a pair; `untrained`: those whose reply is not to be trained on (weight 0)
 */
export function pairsOf(turns: readonly ChatTurn[]): {
  pairs: Pair[];
  unanswered: number;
  untrained: number;
} {
  const pairs: Pair[] = [];
  let position = 0;
  let untrained = 0;
  turns.forEach((turn, index) => {
    if (turn.role !== 'user') return;
    const reply = turns[index + 1];
    if (reply?.role === 'assistant' && reply.weight === 0) untrained++;
    else if (reply?.role === 'assistant') {
      pairs.push({ anchor: turn.content, positive: reply.content, position });
    }
    position++;
  });
  return { pairs, unanswered: position - pairs.length - untrained, untrained };
}
