import type { ChatExample, ChatTurn } from '@millrace/shared/domain/example';
import { aPair } from '@millrace/shared/testing/a-pair';
import { describe, expect, it } from 'vitest';
import { formatOf } from './formats.ts';

const { kind: _, anchor: __, positive: ___, ...common } = aPair();
const chat = (...messages: readonly ChatTurn[]): ChatExample => ({
  ...common,
  kind: 'chat',
  messages,
});
const say = (role: ChatTurn['role'], content: string, weight?: number): ChatTurn => ({
  role,
  content,
  ...(weight !== undefined && { weight }),
});
const plain = chat(
  say('system', 'be kind'),
  say('user', 'q1'),
  say('assistant', 'a1'),
  say('user', 'q2'),
  say('assistant', 'a2'),
);
const weighted = chat(say('user', 'q'), say('assistant', 'a', 0.5), say('assistant', 'b', 0));

const written = (name: Parameters<typeof formatOf>[0], example: ChatExample) => {
  const format = formatOf(name, 'chat', [example]);
  if (format === null) throw new Error(`${name} takes no chats`);
  const { row, lost } = format.write(example, 'train');
  if (row !== null) expect(Object.keys(row)).toEqual(format.features.map((f) => f.name));
  return { row, lost };
};

describe('formatOf()', () => {
  it('jsonl holds everything; weights stand on every turn or on none', () => {
    const { row, lost } = written('jsonl', plain);
    expect(row).toMatchObject({ messages: plain.messages, side: 'train', technique: 'original' });
    expect(lost).toEqual([]);
    expect(written('jsonl', weighted).row).toMatchObject({
      messages: [
        { role: 'user', content: 'q', weight: null },
        { role: 'assistant', content: 'a', weight: 0.5 },
        { role: 'assistant', content: 'b', weight: 0 },
      ],
    });
  });

  it('openai knows the weights 0 and 1 and says what became of others', () => {
    expect(written('openai', plain)).toMatchObject({ row: { messages: plain.messages }, lost: [] });
    const { row, lost } = written('openai', weighted);
    expect(row).toMatchObject({ messages: [{ weight: null }, { weight: 1 }, { weight: 0 }] });
    expect(lost).toEqual(['a weight between 0 and 1 of an answer: it is written as 1']);
  });

  it('sharegpt names who speaks in its own words', () => {
    const { row, lost } = written('sharegpt', plain);
    expect(row).toMatchObject({
      conversations: [
        { from: 'system', value: 'be kind' },
        { from: 'human' },
        { from: 'gpt' },
        {},
        {},
      ],
      metadata: { id: plain.id, session_id: 's1', parent_id: null },
    });
    expect(lost).toEqual([]);
    expect(written('sharegpt', weighted).lost).toHaveLength(1);
  });

  it('alpaca has the last answer, what was said before as history, and no place for other orders', () => {
    expect(written('alpaca', plain)).toMatchObject({
      row: {
        system: 'be kind',
        instruction: 'q2',
        input: '',
        output: 'a2',
        history: [['q1', 'a1']],
      },
      lost: [],
    });
    const tail = chat(...plain.messages, say('user', 'thanks'));
    expect(written('alpaca', tail)).toMatchObject({
      row: { output: 'a2' },
      lost: ['messages behind the last answer: they are not written'],
    });
    for (const odd of [
      chat(say('assistant', 'a'), say('user', 'q'), say('assistant', 'b')),
      chat(say('user', 'q'), say('user', 'q2'), say('assistant', 'a')),
      chat(say('user', 'q'), say('tool', 't'), say('assistant', 'a')),
    ])
      expect(written('alpaca', odd)).toMatchObject({ row: null, lost: [expect.any(String)] });
  });

  it('formats for conversations take no pairs', () => {
    for (const name of ['openai', 'sharegpt', 'alpaca'] as const)
      expect(formatOf(name, 'pair', [aPair()])).toBeNull();
    expect(formatOf('parquet', 'pair', [aPair()])).not.toBeNull();
  });
});
