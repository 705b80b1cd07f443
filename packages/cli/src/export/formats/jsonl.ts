import type { ExampleKind } from '@millrace/shared/domain/example';
import {
  type Feature,
  type Format,
  type FormatFacts,
  factFeatures,
  factsOf,
  weightOf,
} from './row.ts';

const messageFeatures = ({ weighted }: FormatFacts): readonly Feature[] => [
  { name: 'role', dtype: 'string' },
  { name: 'content', dtype: 'string' },
  ...(weighted ? [{ name: 'weight', dtype: 'float64' } as const] : []),
];

/** Everything that an example is, in columns; Parquet has the same. Pairs as sentence-transformers takes them, chats as TRL does. */
export const jsonl = (kind: ExampleKind, facts: FormatFacts): Format => ({
  features: [
    ...(kind === 'pair'
      ? ([
          { name: 'anchor', dtype: 'string' },
          { name: 'positive', dtype: 'string' },
        ] as const)
      : [{ name: 'messages', list: messageFeatures(facts) }]),
    ...factFeatures,
  ],
  write: (example, side) => {
    const own =
      example.kind === 'pair'
        ? { anchor: example.anchor, positive: example.positive }
        : {
            messages: example.messages.map((turn) => ({
              role: turn.role,
              content: turn.content,
              ...(facts.weighted && { weight: weightOf(turn) }),
            })),
          };
    return { row: { ...own, ...factsOf(example, side) }, lost: [] };
  },
});
