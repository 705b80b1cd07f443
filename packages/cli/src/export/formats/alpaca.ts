import type { ChatTurn } from '@millrace/shared/domain/example';

export interface AlpacaRow {
  readonly instruction: string;
  /** Always empty: ours is a conversation, its context is the history. */
  readonly input: '';
  readonly output: string;
  readonly system: string;
  /** Turns before: question, answer. */
  readonly history: readonly (readonly [string, string])[];
}

const noPlace =
  'the example itself: its turns do not go from user to assistant and back, or a tool speaks; it is left out';

/** The last question and answer of a conversation, what was said before as its history. */
export function alpacaRow(messages: readonly ChatTurn[]): {
  readonly row: AlpacaRow | null;
  readonly lost: readonly string[];
} {
  const [first] = messages;
  const system = first?.role === 'system' ? first.content : '';
  const said = messages.slice(first?.role === 'system' ? 1 : 0);
  const lastAnswer = said.findLastIndex(({ role }) => role === 'assistant');
  const spoken = said.slice(0, lastAnswer + 1);
  const alternates = spoken.every(({ role }, i) => role === (i % 2 === 0 ? 'user' : 'assistant'));
  if (spoken.length === 0 || !alternates) return { row: null, lost: [noPlace] };
  const turns = Array.from({ length: spoken.length / 2 }, (_, i): [string, string] => [
    spoken[2 * i]?.content ?? '',
    spoken[2 * i + 1]?.content ?? '',
  ]);
  const [instruction, output] = turns.at(-1) ?? ['', ''];
  return {
    row: { instruction, input: '', output, system, history: turns.slice(0, -1) },
    lost:
      spoken.length < said.length ? ['messages behind the last answer: they are not written'] : [],
  };
}
