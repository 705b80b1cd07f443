import type { ChatTurn } from '@millrace/shared/domain/example';
import { type FeatureGroup, ratio } from './feature.ts';

/** How a conversation is made. */
export const conversation: FeatureGroup<
  readonly ChatTurn[],
  'turns' | 'user_turns' | 'assistant_turns' | 'system_turns' | 'tool_turns' | 'user_share'
> = {
  docs: {
    turns: { unit: 'turns', meaning: 'Messages of one role in a row are one turn.' },
    user_turns: { unit: 'turns', meaning: 'Those of the user.' },
    assistant_turns: { unit: 'turns', meaning: 'Those of the assistant.' },
    system_turns: { unit: 'turns', meaning: 'Those of the system.' },
    tool_turns: { unit: 'turns', meaning: 'Those of tools.' },
    user_share: { unit: '0 to 1', meaning: "The user's share of the characters." },
  },
  of: (turns) => {
    const of = (role: ChatTurn['role']) => turns.filter((turn) => turn.role === role);
    return {
      turns: turns.length,
      user_turns: of('user').length,
      assistant_turns: of('assistant').length,
      system_turns: of('system').length,
      tool_turns: of('tool').length,
      user_share: ratio(charactersOf(of('user')), charactersOf(turns)),
    };
  },
};

const charactersOf = (turns: readonly ChatTurn[]): number =>
  turns.reduce((sum, turn) => sum + turn.content.length, 0);
