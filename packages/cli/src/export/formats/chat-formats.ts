import type { ChatExample, ChatTurn, Example } from '@millrace/shared/domain/example';
import { alpacaRow } from './alpaca.ts';
import {
  type Feature,
  type Format,
  type FormatFacts,
  factFeatures,
  factsOf,
  weightOf,
} from './row.ts';

const metadata: Feature = { name: 'metadata', struct: factFeatures };
const text = (name: string): Feature => ({ name, dtype: 'string' });
const chatOf = (example: Example): ChatExample => {
  if (example.kind === 'chat') return example;
  throw new RangeError('a pair is no chat');
};

/** OpenAI's files for fine-tuning: a weight is 0 or 1. */
export const openai = ({ weighted }: FormatFacts): Format => ({
  features: [
    {
      name: 'messages',
      list: [
        text('role'),
        text('content'),
        ...(weighted ? [{ name: 'weight', dtype: 'int64' } as const] : []),
      ],
    },
    metadata,
  ],
  write: (example, side) => {
    const { messages } = chatOf(example);
    const isPartly = (turn: ChatTurn): boolean => ![0, 1].includes(weightOf(turn) ?? 1);
    return {
      row: {
        messages: messages.map((turn) => ({
          role: turn.role,
          content: turn.content,
          ...(weighted && { weight: ceiled(weightOf(turn)) }),
        })),
        metadata: factsOf(example, side),
      },
      lost: messages.some(isPartly)
        ? ['a weight between 0 and 1 of an answer: it is written as 1']
        : [],
    };
  },
});

const ceiled = (weight: number | null): number | null => weight && Math.ceil(weight);

const speakers = { user: 'human', assistant: 'gpt', system: 'system', tool: 'tool' } as const;

/** ShareGPT: who said what; no weights. */
export const sharegpt: Format = {
  features: [{ name: 'conversations', list: [text('from'), text('value')] }, metadata],
  write: (example, side) => {
    const { messages } = chatOf(example);
    return {
      row: {
        conversations: messages.map(({ role, content }) => ({
          from: speakers[role],
          value: content,
        })),
        metadata: factsOf(example, side),
      },
      lost: lostWeights(messages),
    };
  },
};

/** Alpaca with a history: question and answer in turns, a system text before them; nothing else. */
export const alpaca: Format = {
  features: [
    ...['instruction', 'input', 'output', 'system'].map(text),
    { name: 'history', list: 'strings' },
    metadata,
  ],
  write: (example, side) => {
    const { messages } = chatOf(example);
    const { row, lost } = alpacaRow(messages);
    if (row === null) return { row, lost };
    return {
      row: { ...row, metadata: factsOf(example, side) },
      lost: [...lost, ...lostWeights(messages)],
    };
  },
};

const lostWeights = (messages: readonly ChatTurn[]): readonly string[] =>
  messages.some((turn) => (weightOf(turn) ?? 1) < 1)
    ? ['a weight below 1 of an answer: all answers train in full']
    : [];
