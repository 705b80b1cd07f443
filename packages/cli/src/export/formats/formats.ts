import type { Example, ExampleKind } from '@millrace/shared/domain/example';
import { alpaca, openai, sharegpt } from './chat-formats.ts';
import { jsonl } from './jsonl.ts';
import { type Format, type FormatFacts, weightOf } from './row.ts';

export const formatNames = ['jsonl', 'openai', 'sharegpt', 'alpaca', 'parquet'] as const;
export type FormatName = (typeof formatNames)[number];

const chatOnly: Readonly<Partial<Record<FormatName, (facts: FormatFacts) => Format>>> = {
  openai,
  sharegpt: () => sharegpt,
  alpaca: () => alpaca,
};

/** How examples of a kind are written in a format; null: the format holds no such kind. */
export function formatOf(
  name: FormatName,
  kind: ExampleKind,
  examples: readonly Example[],
): Format | null {
  const facts = { weighted: examples.some(isWeighted) };
  const chats = chatOnly[name];
  if (chats === undefined) return jsonl(kind, facts);
  return kind === 'chat' ? chats(facts) : null;
}

const isWeighted = (example: Example): boolean =>
  example.kind === 'chat' && example.messages.some((turn) => (weightOf(turn) ?? 1) < 1);
