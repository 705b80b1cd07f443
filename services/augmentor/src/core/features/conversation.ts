import type { ChatTurn } from '@millrace/shared/domain/example';

/** How a conversation is made: its turns by role, and the user's share of the characters. */
export function conversation(turns: readonly ChatTurn[]): Record<string, number> {
  const charactersOf = (role?: ChatTurn['role']): number =>
    turns.reduce(
      (sum, turn) => sum + (role === undefined || turn.role === role ? turn.content.length : 0),
      0,
    );
  const countOf = (role: ChatTurn['role']): number =>
    turns.filter((turn) => turn.role === role).length;
  const all = charactersOf();
  return {
    turns: turns.length,
    user_turns: countOf('user'),
    assistant_turns: countOf('assistant'),
    system_turns: countOf('system'),
    tool_turns: countOf('tool'),
    user_share: all === 0 ? 0 : charactersOf('user') / all,
  };
}
